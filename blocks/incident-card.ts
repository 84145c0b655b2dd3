/** The pinned card of an incident: all that somebody who was just woken needs, edited in place. */
import type { ActionsBlock, StaticSelect } from '@slack/types';
import type { ActionClass } from '../src/core/action-class.js';
import type { Order } from '../src/core/containment.js';
import { touchesAgent } from '../src/core/halt.js';
import { statusWords } from '../src/core/incident-words.js';
import type { Incident } from '../src/core/incident.js';
import { secondsText } from '../src/core/point-words.js';
import { Severity } from '../src/core/severity.js';
import { ACTION } from './action-ids.js';
import { chainLines, LINK_WORDS, missingLink } from './chain-lines.js';
import { join, link, say, mention, quote, sentence, timeText, type Mrkdwn } from './escape.js';
import { orderLine } from './halt-words.js';
import { button, buttons, context, fields, header, section, surface, when, type Press } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { pagerLines, umbrellaLines } from './reach-lines.js';
import { rollbackProgress } from './rollback-progress.js';
import { agentText, durationText, peopleText, timeOrUnknown, tripwireText, UNKNOWN } from './words.js';

export interface IncidentCardState {
  readonly incident: Incident;
  /** The orders of this incident, oldest first. */
  readonly orders: readonly Order[];
  /** The runbooks' action classes, by name. */
  readonly profiles: ReadonlyMap<string, ActionClass>;
  /** Slack users who own the agent. */
  readonly owners: readonly string[];
  /** Head of the journal, as `describeHead` prints it. */
  readonly head: string;
  /** How often its alerts have come in, repeats among them; left out where nobody counted. */
  readonly alertCount?: number;
}

/** The roles that are taken by a press in the channel. */
const CLAIMED_ROLES = [
  { role: 'incident-commander', label: 'Incident commander', words: 'Take command' },
  { role: 'communications-lead', label: 'Communications lead', words: 'Take communications' },
  { role: 'scribe', label: 'Scribe', words: 'Be the scribe' },
] as const;

export function incidentCard(state: IncidentCardState): Rendered {
  const { incident } = state;
  return surface({
    text: say`${headline(state)}: ${incident.title}`,
    blocks: [
      header(headline(state)),
      section(quote(joinTitle(incident))),
      ...fields(facts(state)),
      ...chainBlocks(incident),
      ...traceBlocks(incident),
      section(join([...haltLines(state), rollbackLine(state)], '\n')),
      ...reachBlocks(incident),
      ...degradedBlocks(incident),
      ...withSeverityMenu(buttons(presses(state)), incident),
      context(footer(state)),
    ],
    drill: incident.kind === 'drill',
  });
}

/** `INC-7 · SEV1 · CONTAINED in 21 s`. A status set by hand does not prove anything, and says so. */
export function headline({ incident, orders }: Pick<IncidentCardState, 'incident' | 'orders'>): string {
  return `${incident.name} · ${incident.severity.toUpperCase()} · ${standing(incident, orders)}`;
}

function standing(incident: Incident, orders: readonly Order[]): string {
  const words = statusWords(incident).toUpperCase();
  if (incident.status !== 'contained' || !incident.isContainmentProven) return words;
  const contained = orders.filter((order) => order.contained !== null && !order.drill);
  const proof = contained.find((order) => order.contained?.at === incident.containedAt) ?? contained.at(-1);
  if (proof === undefined || proof.contained === null) return words;
  const since = contained.some(({ lifted }) => lifted === null) ? '' : ', HALT LIFTED SINCE';
  return `${words} in ${secondsText(proof.contained.seconds)}${since}`;
}

function joinTitle({ title, summary }: Incident): string {
  return summary === '' || summary === title ? title : `${title}\n${summary}`;
}

function facts(state: IncidentCardState): (readonly [string, Mrkdwn])[] {
  const { incident, owners } = state;
  const { action } = incident.chain;
  return [
    ['Agent', agentText(incident)],
    ['Owner', peopleText(owners, 'unknown: see agents.yml')],
    ['Tripwire', tripwireText(incident)],
    ['First action', timeOrUnknown(action?.at)],
    ['Detected', detected(incident)],
    ...CLAIMED_ROLES.map(({ role, label }) => [label, roleText(incident, role)] as const),
  ];
}

function detected({ chain, openedAt }: Incident): Mrkdwn {
  const at = chain.trigger?.at ?? openedAt;
  if (chain.action === null) return say`${timeText(at)} (gap ${UNKNOWN})`;
  return say`${timeText(at)} (${durationText(Date.parse(at) - Date.parse(chain.action.at))} after the action)`;
}

function roleText({ roles }: Incident, role: string): Mrkdwn {
  const holder = roles[role];
  return holder === undefined ? say`_nobody yet_` : mention(holder);
}

function chainBlocks({ chain, name, status }: Incident): Block[] {
  const missing = missingLink(chain);
  if (missing === undefined || status === 'closed') return [section(chainLines(chain))];
  const press: Press = {
    words: `Supply time of ${LINK_WORDS[missing].toLowerCase()}`,
    action: ACTION.supplyLink,
    value: { incident: name, link: missing },
  };
  return [section(chainLines(chain), button(press))];
}

/** An id that a shell could read as anything else is not put into a command that people will copy. */
const PLAIN_ID = /^(?=.{1,128}$)[A-Za-z0-9]+(?:[_.:-][A-Za-z0-9]+)*$/;

/** Where to read what the agent was told and thought around the act that tripped: nothing of it is said here. */
function traceBlocks({ alerts }: Incident): Block[] {
  const acts = alerts.map(({ actionIds }) => actionIds.at(-1) ?? '');
  const act = acts.find((id) => PLAIN_ID.test(id));
  return act === undefined ? [] : [section(say`🧠 Reasoning trace: \`haltline incident trace ${act}\``)];
}

function haltLines({ orders, incident }: IncidentCardState): Mrkdwn[] {
  const harm =
    incident.harmConfirmedAt === null ? [] : [say`⚠️ Harm confirmed ${timeText(incident.harmConfirmedAt)}`];
  if (orders.length === 0) return [...harm, say`⚪ No halt ordered: agents are running`];
  return [...harm, ...orders.map(orderLine)];
}

function rollbackLine({ incident, profiles }: IncidentCardState): Mrkdwn {
  const { done, total, verified, checklists } = rollbackProgress(incident.checklists, profiles);
  if (checklists === 0) return say`↩️ Rollback: no checklist open`;
  return say`↩️ Rollback ${done}/${total} steps · ${verified} of ${checklists} verified`;
}

function reachBlocks(incident: Incident): Block[] {
  const lines = [...umbrellaLines(incident), ...pagerLines(incident)];
  return lines.length === 0 ? [] : [section(join(lines, '\n'))];
}

function degradedBlocks({ degraded }: Incident): Block[] {
  if (degraded.length === 0) return [];
  const shown = degraded
    .slice(-8)
    .map(({ part, error, consequence }) => say`⚠️ *${part}*: ${sentence(consequence)} (${error})`);
  const hidden = degraded.length - shown.length;
  return [section(join([...shown, ...when(hidden > 0, say`… ${hidden} more`)], '\n'))];
}

/** Only what still applies; the first row is what somebody half awake must find. */
function presses(state: IncidentCardState): Press[] {
  const { incident } = state;
  if (incident.status === 'closed') return closedPresses(incident);
  const value = { incident: incident.name };
  const isUnanswered = incident.chain.acknowledgement === null;
  return [
    ...when<Press>(isUnanswered, { words: 'I’m on it', action: ACTION.acknowledge, value, style: 'primary' }),
    ...haltPresses(state),
    ...when<Press>(incident.harmConfirmedAt === null, {
      words: 'Confirm harm',
      action: ACTION.confirmHarm,
      value,
    }),
    ...CLAIMED_ROLES.filter(({ role }) => incident.roles[role] === undefined).map(({ role, words }) => ({
      words,
      action: ACTION.claimRole,
      value: { ...value, role },
    })),
    ...when<Press>(!isUnanswered, { words: 'Close', action: ACTION.close, value }),
  ];
}

/** Beside the last row's buttons; nobody needs it in the first minute. */
function withSeverityMenu(rows: readonly ActionsBlock[], incident: Incident): ActionsBlock[] {
  const last = rows.at(-1);
  if (last === undefined || incident.status === 'closed') return [...rows];
  const options = Severity.options.map((severity) => ({
    text: { type: 'plain_text' as const, text: severity.toUpperCase() },
    value: `${incident.name}|${severity}`,
  }));
  const menu: StaticSelect = {
    type: 'static_select',
    action_id: ACTION.changeSeverity,
    placeholder: { type: 'plain_text', text: 'Severity' },
    options,
  };
  return [...rows.slice(0, -1), { ...last, elements: [...last.elements, menu] }];
}

function closedPresses({ name, postMortem }: Incident): Press[] {
  const url = postMortem?.permalink ?? null;
  if (url === null) return [];
  return [{ words: 'Post-mortem', action: ACTION.openPostMortem, value: { incident: name }, url }];
}

/** No dialog stands between a person and a halt. */
export function haltPresses({ incident, orders }: Pick<IncidentCardState, 'incident' | 'orders'>): Press[] {
  const { agentId, name } = incident;
  const inForce = orders
    .filter(({ lifted, mode }) => lifted === null && mode === 'deny')
    .map(({ scope }) => scope);
  const isAllHalted = inForce.some(({ kind }) => kind === 'all');
  const isAgentHalted =
    agentId !== null && inForce.some((scope) => scope.kind === 'agent' && touchesAgent(scope, agentId));
  return [
    ...when<Press>(!isAllHalted, {
      words: '🛑 Halt all agents',
      action: ACTION.haltAll,
      value: { incident: name },
      style: 'danger',
    }),
    ...when<Press>(agentId !== null && !isAllHalted && !isAgentHalted, {
      words: `Halt ${agentId ?? ''}`,
      action: ACTION.haltAgent,
      value: { incident: name, agentId },
      style: 'danger',
    }),
  ];
}

function footer({ incident, head, alertCount = 0 }: IncidentCardState): Mrkdwn {
  const sources = incident.alerts.flatMap(({ link: url }) => (url === null ? [] : [url]));
  const alert = sources[0] === undefined ? [] : [link(sources[0], 'alert')];
  const repeats = when(alertCount > 1, say`alerted ${alertCount} times`);
  return join(
    [say`opened ${timeText(incident.openedAt)}`, ...alert, ...repeats, say`journal \`${head}\``],
    ' · ',
  );
}
