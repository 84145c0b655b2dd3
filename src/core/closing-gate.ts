/**
 * What has to be true before an incident is closed. The gate never guesses and never waits for perfection:
 * links of the detection chain that nobody knows stay open in the post-mortem, with who must fill them; harm
 * that may still be running, or has not been undone, keeps the incident open.
 */
import { isContained, type Order } from './containment.js';
import { LINKS, type LinkName } from './detection-chain.js';
import type { Incident } from './incident.js';
import { rolesThatMay } from './role.js';
import { openMembers } from './umbrella.js';

export interface GateItem {
  readonly id: string;
  readonly met: boolean;
  /** False for what may stay open: it is carried into the post-mortem instead. */
  readonly blocks: boolean;
  readonly what: string;
  /** Roles that can meet it. */
  readonly who: readonly string[];
  /** What they have to do. */
  readonly how: string;
}

export interface GateState {
  readonly incident: Incident;
  /** The orders linked to the incident. */
  readonly orders: readonly Order[];
  /** The closing person said why what still stands may stand. */
  readonly leaveStanding: boolean;
}

/** Every item, met or not, in the order in which to work on them. */
export function closingGate(state: GateState): GateItem[] {
  return [
    acknowledgement(state),
    containment(state),
    ...rollbacks(state),
    ...glass(state),
    standingHalts(state),
    ...members(state),
    ...links(state),
  ];
}

/** The items that keep the incident open. */
export function blockingItems(items: readonly GateItem[]): GateItem[] {
  return items.filter(({ met, blocks }) => blocks && !met);
}

/** An item as one sentence for somebody who has just been refused. */
export function describeItem({ what, who, how }: GateItem): string {
  return `${what} (${who.join(' or ')}: ${how})`;
}

function acknowledgement({ incident }: GateState): GateItem {
  return {
    id: 'acknowledgement',
    met: incident.chain.acknowledgement !== null,
    blocks: true,
    what: 'Somebody has acknowledged the incident',
    who: ['whoever was paged'],
    how: 'press "I’m on it" on the page or on the card',
  };
}

/** Was there anything to stop? Confirmed harm says so, and so does an order that somebody gave. */
function neededHalt({ incident, orders }: GateState): boolean {
  return incident.harmConfirmedAt !== null || orders.length > 0;
}

function containment(state: GateState): GateItem {
  const short = inForce(state).filter((order) => !proven(order));
  const ids = short.map(({ haltId }) => haltId).join(', ');
  return {
    id: 'containment',
    met: !neededHalt(state) || state.incident.kind === 'drill' || isShown(state),
    blocks: true,
    what: short.length > 0 ? `Containment of ${ids} is proven` : 'Containment is proven',
    who: rolesThatMay('mark-point'),
    how: howToContain(state.orders, short),
  };
}

function howToContain(orders: readonly Order[], short: readonly Order[]): string {
  if (orders.length === 0) return 'halt the agent, or set the status to contained with a reason';
  if (short.every(({ points }) => points.length === 0))
    return 'no enforcement point was expected, so nothing can be proven: set the status to contained with a reason, or lift it';
  return 'wait for every enforcement point, or mark the ones that cannot answer with a reason';
}

/**
 * A point that was expected must answer or be marked; nobody's word replaces it. Only where no point was
 * expected, or nothing was halted, does a responder's status `contained` count, and the post-mortem says so.
 */
function isShown(state: GateState): boolean {
  const { incident, orders } = state;
  const short = inForce(state).filter((order) => !proven(order));
  if (short.some(({ points }) => points.length > 0)) return false;
  if (incident.containedAt !== null) return true;
  return short.length === 0 && (incident.harmConfirmedAt === null || orders.some(proven));
}

function inForce({ orders }: GateState): Order[] {
  return orders.filter(({ lifted, drill }) => lifted === null && !drill);
}

function proven(order: Order): boolean {
  return order.contained !== null || isContained(order);
}

function rollbacks(state: GateState): GateItem[] {
  const { incident } = state;
  if (incident.checklists.length === 0) return [noRollback(state)];
  return incident.checklists.map((checklist) => ({
    id: `rollback:${checklist.actionClass}`,
    met: checklist.verified !== null,
    blocks: true,
    what: `The rollback of ${checklist.actionClass} is verified`,
    who: [checklist.operator],
    how: 'finish each step with evidence, or choose the substitute where undoing is impossible, then verify',
  }));
}

/** An incident whose agent nobody knows gets no checklist by itself; after harm it still needs one. */
function noRollback(state: GateState): GateItem {
  return {
    id: 'rollback',
    met: !neededHalt(state),
    blocks: true,
    what: 'A rollback checklist was worked through',
    who: rolesThatMay('change-status'),
    how: 'open the checklist of what the agent did with /incident rollback <class>',
  };
}

/** An order that somebody gave without a role: fine in an emergency, and never passed over in silence. */
function glass({ orders }: GateState): GateItem[] {
  return orders
    .filter(({ breakGlass }) => breakGlass)
    .map(({ haltId, reviewed }) => ({
      id: `break-glass:${haltId}`,
      met: reviewed !== null,
      blocks: true,
      what: `The break-glass order ${haltId} is reviewed`,
      who: rolesThatMay('halt-review'),
      how: 'press "Review break-glass" on its card; not by the one who gave it',
    }));
}

function standingHalts(state: GateState): GateItem {
  const standing = inForce(state);
  const ids = standing.map(({ haltId }) => haltId).join(', ');
  return {
    id: 'halts',
    met: standing.length === 0 || state.leaveStanding,
    blocks: true,
    what: standing.length === 0 ? 'No halt stands' : `It is decided what becomes of ${ids}`,
    who: rolesThatMay('lift-approve'),
    how: `lift with /halt lift ${standing[0]?.haltId ?? '<id>'}, or close with a reason to leave it standing`,
  };
}

/** Closing an umbrella closes none of its members: whoever does it says that this is meant. */
function members({ incident, leaveStanding }: GateState): GateItem[] {
  if (!incident.isUmbrella) return [];
  const open = openMembers(incident.members).map((member) => member.incident);
  const shown = [...open.slice(0, 10), ...(open.length > 10 ? [`${open.length - 10} more`] : [])].join(', ');
  return [
    {
      id: 'members',
      met: open.length === 0 || leaveStanding,
      blocks: true,
      what: open.length === 0 ? 'No member is open' : `It is decided what becomes of ${shown}`,
      who: rolesThatMay('close'),
      how: 'close each, or close with a reason: they stay open then, and are paged by themselves again',
    },
  ];
}

function links({ incident }: GateState): GateItem[] {
  return LINKS.filter((link) => link !== 'acknowledgement').map((link: LinkName) => ({
    id: `link:${link}`,
    met: incident.chain[link] !== null,
    blocks: false,
    what: `The ${link} link of the detection chain is known`,
    who: rolesThatMay('supply-link'),
    how: 'supply the time with its source on the card; unknown stays unknown in the post-mortem',
  }));
}
