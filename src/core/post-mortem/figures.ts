/** The numbers of a post-mortem, each or nothing. */
import { differenceInMilliseconds } from 'date-fns';
import { clockSeconds, settledAt, type Order } from '../containment.js';
import { mttdForAgents, standardFigures, type DetectionChain } from '../detection-chain.js';
import type { Incident } from '../incident.js';
import type { Figures } from './post-mortem.js';
import { quarantineFigures, type QuarantineFigures } from '../quarantine-figures.js';
import { factsOf, heldItems, type Story } from './story.js';

/** Agent action → operator awareness (RES-003, phase 1). */
export const DETECTION_TARGET_MS = 4 * 60 * 60 * 1000;

export interface Detection {
  /** The five links as they are known; Action is unknown for a declared incident until somebody supplies it. */
  readonly chain: DetectionChain;
  /** Where the clock starts: the action, or the surfacing of its consequence where no tripwire saw it. */
  readonly clockFrom: 'action' | 'consequence';
  readonly mttdForAgentsMs: number | null;
  readonly standardMttdMs: number | null;
  readonly mttaMs: number | null;
  /** Null where the figure is unknown or contradicts itself. */
  readonly withinTarget: boolean | null;
}

/** A declared incident holds its surfacing in the chain's first place; that is not when the agent acted. */
export function detectionOf(story: Story): Detection {
  const { incident } = story;
  const supplied = factsOf(story, 'link:supplied').some(({ event }) => event.data.link === 'action');
  const chain =
    incident.declared !== null && !supplied ? { ...incident.chain, action: null } : incident.chain;
  const standard = standardFigures(chain);
  const mttd =
    incident.declared === null
      ? mttdForAgents(chain)
      : sinceSurfacing(incident, incident.declared.surfacedAt);
  return {
    chain,
    clockFrom: incident.declared === null ? 'action' : 'consequence',
    mttdForAgentsMs: mttd,
    standardMttdMs: standard.mttdMs,
    mttaMs: standard.mttaMs,
    withinTarget: mttd === null || mttd < 0 ? null : mttd <= DETECTION_TARGET_MS,
  };
}

function sinceSurfacing({ chain }: Incident, surfacedAt: string): number | null {
  return chain.acknowledgement === null
    ? null
    : differenceInMilliseconds(chain.acknowledgement.at, surfacedAt);
}

export interface ContainmentFigure {
  readonly seconds: number;
  readonly withinTarget: boolean;
}

/** As it was recorded, or as the points' levels prove it; null for an exercise and while anything is short. */
export function containmentOf(order: Order, targetSeconds: number): ContainmentFigure | null {
  if (order.drill) return null;
  if (order.contained !== null) return order.contained;
  const at = settledAt(order);
  if (at === undefined) return null;
  const seconds = clockSeconds(order, at);
  return { seconds, withinTarget: seconds <= targetSeconds };
}

/** The whole set, for machines. */
export function figuresOf(story: Story): Figures {
  const detection = detectionOf(story);
  const containment = factsOf(story, 'containment:reached')[0]?.event.data;
  const { checklists } = story.incident;
  return {
    mttdForAgentsMs: detection.mttdForAgentsMs,
    withinDetectionTarget: detection.withinTarget,
    standardMttdMs: detection.standardMttdMs,
    mttaMs: detection.mttaMs,
    containmentSeconds: containment?.seconds ?? null,
    withinContainmentTarget: containment?.withinTarget ?? null,
    quarantine: quarantineOf(story, story.orders),
    checklists: {
      open: checklists.length,
      verified: checklists.filter(({ verified }) => verified !== null).length,
      substituted: checklists.filter(({ substituted }) => substituted !== null).length,
    },
  };
}

/** Null where none of the orders holds attempts, or what it held was not read. */
export function quarantineOf(story: Story, orders: readonly Order[]): QuarantineFigures | null {
  const holding = orders.filter(({ mode, drill }) => mode === 'hold' && !drill).map(({ haltId }) => haltId);
  if (story.heldFacts === undefined || holding.length === 0) return null;
  return quarantineFigures(heldItems(story).filter(({ haltId }) => holding.includes(haltId)));
}

/** A span as people read it: `3 d 4 h`, `12 min 5 s`, `0.412 s`. A negative one shows that times contradict. */
export function describeSpan(ms: number): string {
  const sign = ms < 0 ? 'minus ' : '';
  const left = Math.abs(ms);
  if (left < 60_000) return `${sign}${left / 1000} s`;
  const units = [
    { name: 'd', ms: 86_400_000 },
    { name: 'h', ms: 3_600_000 },
    { name: 'min', ms: 60_000 },
    { name: 's', ms: 1000 },
  ];
  const parts = units.flatMap((unit, index) => {
    const above = units[index - 1]?.ms ?? Number.POSITIVE_INFINITY;
    const count = Math.floor((left % above) / unit.ms);
    return count === 0 ? [] : [`${count} ${unit.name}`];
  });
  return `${sign}${parts.join(' ')}`;
}
