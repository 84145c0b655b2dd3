/**
 * People as they are: a press that Slack says failed is pressed again when the bot is back; a press that was
 * acknowledged never is, because nobody would. So whatever was acknowledged has to be in the journal.
 */
import type { Outcome } from '../../src/sandbox/slack/people/outcome.js';
import type { Person } from '../../src/sandbox/slack/people/person.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { readJournal, type Journal } from './journal-reader.js';
import type { MortalBot } from './mortal-bot.js';

/** One thing somebody wants to have done. */
export interface Deed {
  readonly what: string;
  /** One try; undefined where there is nothing to press. */
  readonly attempt: () => Promise<Outcome | undefined>;
  readonly isIn: (journal: Journal) => boolean;
}

const TRIES = 8;
const LOOK_MS = 6_000;
const LOOK_EVERY_MS = 120;

export class Responders {
  readonly workspace: SandboxWorkspace;
  readonly bot: MortalBot;
  readonly url: string;
  /** What Slack acknowledged; every one must be in the journal ever after. */
  readonly acknowledged: Deed[] = [];
  readonly violations: string[] = [];
  /** What is being tried. */
  #deed: Deed | undefined;

  constructor(at: { workspace: SandboxWorkspace; bot: MortalBot; url: string }) {
    this.workspace = at.workspace;
    this.bot = at.bot;
    this.url = at.url;
  }

  /** Tries until it is acknowledged, or until there is nothing left to press because it counted after all. */
  async perform(deed: Deed): Promise<void> {
    const outcomes: (Outcome | undefined)[] = [];
    this.#deed = deed;
    for (let tries = 0; tries < TRIES; tries += 1) {
      await this.bot.untilReady();
      const outcome = await deed.attempt();
      outcomes.push(outcome);
      if (outcome !== undefined && this.#isAcknowledged(outcome)) return this.#remember(deed);
      const journal = await this.journal();
      if (outcome === undefined && journal !== undefined && deed.isIn(journal)) return;
    }
    throw new Error(`${deed.what}: tried in vain ${JSON.stringify(outcomes)}`);
  }

  /** The journal as of now, whatever dies meanwhile. */
  async journal(): Promise<Journal | undefined> {
    for (;;) {
      await this.bot.untilReady();
      try {
        return await readJournal(this.url);
      } catch (error) {
        if (!isConnectionTrouble(error)) throw error;
      }
    }
  }

  /** Waits until the journal says so. */
  async until(what: string, isIn: (journal: Journal) => boolean): Promise<void> {
    await this.workspace.waitFor(
      async () => {
        const journal = await this.journal();
        return journal !== undefined && isIn(journal) ? true : undefined;
      },
      { timeoutMs: 60_000, everyMs: 200, what },
    );
  }

  /** Presses a button as soon as somebody can see it. */
  async press(
    who: Person,
    look: () => Promise<Message | undefined>,
    { action, value }: { action: string; value?: string },
  ): Promise<Outcome | undefined> {
    const message = await this.see(look);
    if (message === undefined) return undefined;
    return who.press(message, action, value === undefined ? {} : { value }).catch(orNothingThere);
  }

  /** Presses a button that opens a form, fills it in and submits it, again if that is what failed. */
  async fillIn(
    press: Promise<Outcome | undefined>,
    who: Person,
    evidence: string,
  ): Promise<Outcome | undefined> {
    const opened = await press;
    if (opened === undefined || this.workspace.openView(who.id) === undefined)
      return opened && failed(opened);
    for (let tries = 0; tries < TRIES; tries += 1) {
      await this.bot.untilReady();
      const submitted = await who.submit({ evidence });
      if (submitted.error === undefined || this.workspace.openView(who.id) === undefined) return submitted;
    }
    return undefined;
  }

  /** Looks for a while, or until there is nothing to look for because it counted after all. */
  async see<T extends object>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    let looks = 0;
    const seen = await this.workspace
      .waitFor(
        async () => {
          const found = await look();
          looks += 1;
          return found ?? (looks % 5 === 0 && (await this.#hasCounted()) ? null : undefined);
        },
        { timeoutMs: LOOK_MS, everyMs: LOOK_EVERY_MS },
      )
      .catch(() => null);
    return seen ?? undefined;
  }

  async #hasCounted(): Promise<boolean> {
    const journal = await readJournal(this.url);
    return journal !== undefined && this.#deed?.isIn(journal) === true;
  }

  #isAcknowledged({ error, timedOut, ephemeral }: Outcome): boolean {
    // "Still working" promises a result: until it has come, nobody takes it for done.
    return error === undefined && !timedOut && !(ephemeral?.text ?? '').includes('Still working');
  }

  async #remember(deed: Deed): Promise<void> {
    this.acknowledged.push(deed);
    const journal = await this.journal();
    if (journal === undefined || !deed.isIn(journal))
      this.violations.push(`acknowledged, and not in the journal: ${deed.what}`);
  }
}

/** Nothing was opened, so nothing was done, whatever the acknowledgement says. */
function failed(outcome: Outcome): Outcome {
  return { ...outcome, error: outcome.error ?? 'no form opened' };
}

function orNothingThere(error: unknown): undefined {
  if (error instanceof Error && error.message.startsWith('nothing to press')) return undefined;
  throw error;
}

function isConnectionTrouble(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
}
