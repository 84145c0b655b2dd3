/** The main path of one incident, step by step, as people walk it while the bot dies under them. */
import type { Message } from '../../src/sandbox/slack/reads.js';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import { ask } from './bot-process.js';
import { holds, INCIDENT, isContained, type Journal } from './journal-reader.js';
import type { Responders } from './responders.js';
import { messageWithButton, offers } from './story-workspace.js';

/** In the order of the path. */
export const STEP_NAMES = [
  'alert',
  'opening',
  'acknowledge',
  'pin',
  'note',
  'harm',
  'halt',
  'containment',
  'role',
  'start',
  'finish',
  'verify',
  'lift-request',
  'lift-approve',
  'close',
  'post-mortem',
] as const;
type StepName = (typeof STEP_NAMES)[number];

/** What the halt must be, as far as anybody has been told. */
export class HaltWatch {
  standing: 'none' | 'ordering' | 'standing' | 'lifting' | 'lifted' = 'none';
  /** When the journal said contained, and when somebody first pressed to approve the lift. */
  containedAt = Number.POSITIVE_INFINITY;
  liftPressedAt = Number.POSITIVE_INFINITY;
}

const HALT = 'H-1';
const CLASS = 'external-api-call';

export class IncidentPath {
  readonly #people: Responders;
  readonly #halt: HaltWatch;
  readonly #stepIds: readonly string[];
  #channelId = '';

  constructor(people: Responders, halt: HaltWatch, stepIds: readonly string[]) {
    this.#people = people;
    this.#halt = halt;
    this.#stepIds = stepIds;
  }

  /** Each resolves when it is over. */
  readonly walks: Readonly<Record<StepName, () => Promise<void>>> = {
    alert: () => this.#sendAlert(),
    opening: () => this.#findChannel(),
    acknowledge: () => this.#acknowledge(),
    pin: () => this.#pinNote(),
    note: () => this.#typeNote(),
    harm: () => this.#confirmHarm(),
    halt: () => this.#haltAll(),
    containment: () => this.#contain(),
    role: () => this.#claimRole(),
    start: () => this.#startSteps(),
    finish: () => this.#finishSteps(),
    verify: () => this.#verifyRollback(),
    'lift-request': () => this.#requestLift(),
    'lift-approve': () => this.#approveLift(),
    close: () => this.#close(),
    'post-mortem': () => this.#readPostMortem(),
  };

  /** Alertmanager posts the same body again until it is told 200. */
  async #sendAlert(): Promise<void> {
    const body = aPayload(new Date());
    const { url, workspace } = this.#people;
    const post = async () => {
      const { status } = await ask(url, '/v1/alerts/alertmanager', { body });
      return status === 200 ? true : undefined;
    };
    await workspace.waitFor(post, { timeoutMs: 60_000, everyMs: 300, what: 'the alert to be taken' });
  }

  async #findChannel(): Promise<void> {
    const { workspace } = this.#people;
    const look = async () => {
      const channel = (await workspace.channels()).find(({ name }) => name.startsWith('inc-'));
      const card = channel && (await messageWithButton(workspace, channel.id, 'harm:confirm'));
      return card?.channel;
    };
    this.#channelId = await workspace.waitFor(look, { timeoutMs: 60_000, everyMs: 150, what: 'the card' });
  }

  #acknowledge(): Promise<void> {
    const owner = this.#person('U0OWNER1');
    const page = async () =>
      (await this.#people.workspace.dms(owner.id)).findLast(({ blocks }) =>
        offers(blocks, 'page:acknowledge'),
      );
    return this.#people.perform({
      what: 'page acknowledged',
      attempt: () => this.#people.press(owner, page, { action: 'page:acknowledge' }),
      isIn: (journal) => holds(journal, 'page:acknowledged', { userId: owner.id }),
    });
  }

  /** Slack delivers an event again by itself; only when it has given up does somebody react once more. */
  async #pinNote(): Promise<void> {
    const scribe = this.#person('U0SCRIBE1');
    const text = 'the provider confirms 31 wrong refunds';
    const { ts } = await scribe.say(this.#channelId, text);
    const isIn = (journal: Journal): boolean => holds(journal, 'note:added', { ts, text });
    await this.#people.perform({
      what: 'message put on the timeline',
      attempt: async () => {
        await scribe.unreact(this.#channelId, ts, 'pushpin').catch(() => undefined);
        const outcome = await scribe.react(this.#channelId, ts, 'pushpin');
        if (outcome.error === undefined) return outcome;
        await this.#people.until('the redelivered reaction', isIn).catch(() => undefined);
        return outcome;
      },
      isIn,
    });
  }

  #typeNote(): Promise<void> {
    const text = 'finance is on the call';
    return this.#type('U0SRE2', `/incident note ${text}`, (journal) =>
      holds(journal, 'note:added', { text }),
    );
  }

  #confirmHarm(): Promise<void> {
    return this.#pressCard('U0SRE1', 'harm:confirm', (journal) => holds(journal, 'harm:confirmed'));
  }

  async #haltAll(): Promise<void> {
    this.#halt.standing = 'ordering';
    await this.#type('U0SRE1', '/halt all refunds to the wrong people', ({ incident }) =>
      incident.halts.some(({ haltId }) => haltId === HALT),
    );
    this.#halt.standing = 'standing';
  }

  async #contain(): Promise<void> {
    await this.#people.until('containment', ({ incident }) => isContained(incident.halts[0]));
    this.#halt.containedAt = Date.now();
  }

  #claimRole(): Promise<void> {
    const role = 'incident-commander';
    const value = JSON.stringify({ incident: INCIDENT, role });
    return this.#pressCard(
      'U0IC1',
      'role:claim',
      (journal) => holds(journal, 'role:assigned', { role, userId: 'U0IC1' }),
      value,
    );
  }

  async #startSteps(): Promise<void> {
    for (const stepId of this.#stepIds) {
      const isIn = (journal: Journal) => holds(journal, 'step:started', { stepId });
      await this.#pressCard('U0PAY1', 'step:start', isIn, this.#stepValue(stepId));
    }
  }

  async #finishSteps(): Promise<void> {
    const operator = this.#person('U0PAY1');
    for (const stepId of this.#stepIds) {
      const value = this.#stepValue(stepId);
      const look = () => this.#message('step:done', value);
      await this.#people.perform({
        what: `step ${stepId} done`,
        attempt: () =>
          this.#people.fillIn(
            this.#people.press(operator, look, { action: 'step:done', value }),
            operator,
            `https://tickets.example.com/${stepId}`,
          ),
        isIn: (journal) => holds(journal, 'step:done', { stepId }),
      });
    }
  }

  #verifyRollback(): Promise<void> {
    const verifier = this.#person('U0PAY2');
    return this.#people.perform({
      what: 'rollback verified',
      attempt: () =>
        this.#people.fillIn(
          this.#people.press(verifier, () => this.#message('checklist:verify'), {
            action: 'checklist:verify',
          }),
          verifier,
          'ledger and provider agree to the cent',
        ),
      isIn: (journal) => holds(journal, 'checklist:verified', { actionClass: CLASS }),
    });
  }

  #requestLift(): Promise<void> {
    return this.#type('U0SRE1', `/halt lift ${HALT} the tool is fixed`, ({ incident }) =>
      incident.halts.some(({ haltId, liftRequest }) => haltId === HALT && liftRequest?.by === 'U0SRE1'),
    );
  }

  async #approveLift(): Promise<void> {
    this.#halt.standing = 'lifting';
    this.#halt.liftPressedAt = Date.now();
    await this.#pressCard('U0SEC1', 'lift:approve', ({ incident }) =>
      incident.halts.some(({ haltId, lifted }) => haltId === HALT && lifted?.by === 'U0SEC1'),
    );
    this.#halt.standing = 'lifted';
  }

  #close(): Promise<void> {
    return this.#type('U0IC1', '/incident close refunds reversed', (journal) =>
      holds(journal, 'incident:closed'),
    );
  }

  async #readPostMortem(): Promise<void> {
    await this.#people.until('the post-mortem', (journal) => holds(journal, 'post-mortem:posted'));
  }

  /** Types a command in the incident's channel. */
  #type(userId: string, line: string, isIn: (journal: Journal) => boolean): Promise<void> {
    const [command = '', ...words] = line.split(' ');
    return this.#people.perform({
      what: line,
      attempt: () => this.#person(userId).slash(command, words.join(' '), { channel: this.#channelId }),
      isIn,
    });
  }

  /** Presses a button of whichever message in the channel has it. */
  #pressCard(
    userId: string,
    action: string,
    isIn: (journal: Journal) => boolean,
    value?: string,
  ): Promise<void> {
    const look = () => this.#message(action, value);
    return this.#people.perform({
      what: `${action} ${value ?? ''}`,
      attempt: () =>
        this.#people.press(this.#person(userId), look, { action, ...(value === undefined ? {} : { value }) }),
      isIn,
    });
  }

  #message(action: string, value?: string): Promise<Message | undefined> {
    return messageWithButton(this.#people.workspace, this.#channelId, action, value);
  }

  #stepValue(stepId: string): string {
    return JSON.stringify({ incident: INCIDENT, actionClass: CLASS, stepId, substitute: false });
  }

  #person(userId: string) {
    return this.#people.workspace.person(userId);
  }
}
