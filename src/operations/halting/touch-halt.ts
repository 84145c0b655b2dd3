import type { Order } from '../../core/containment.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Settings } from '../deps.js';
import { hasChannel } from '../incidents/has-channel.js';

export interface HaltSurface {
  readonly haltId: string;
  readonly incident: string | null;
  readonly alsoIn?: readonly string[];
  readonly originChannel: string | null;
}

/**
 * Has everything rendered again that shows this order: its own message in the incident's channel where there is
 * one by now, else where it was ordered, else where incidents are announced; and the cards of the incidents that
 * lean on it.
 */
export async function touchHalt(
  tx: Transaction,
  settings: Settings,
  { haltId, incident, originChannel, alsoIn = [] }: HaltSurface,
  kind: 'halt' | 'lift' | 'quarantine' | 'stuck-switch' = 'halt',
): Promise<void> {
  const elsewhere = originChannel ?? settings.announceChannel;
  const inIncident = incident !== null && (elsewhere === null || (await hasChannel(tx, incident)));
  const target = inIncident ? 'incident' : elsewhere;
  if (target !== null)
    await tx.touchSurface({ key: `${kind}:${haltId}`, kind, lane: 'halt', incident, target });
  for (const name of [incident, ...alsoIn]) if (name !== null) await tx.touchSurfacesOf(name);
  await touchBoard(tx, settings);
}

/** Has the question whether it is still needed rendered again, where it was asked. */
export async function touchReview(
  tx: Transaction,
  {
    haltId,
    incident,
    reviewAt,
    reviewsAsked,
  }: Pick<Order, 'haltId' | 'incident' | 'reviewAt' | 'reviewsAsked'>,
): Promise<void> {
  if (reviewAt === null || reviewsAsked === 0) return;
  const asked = await tx.surface(reviewKey(haltId, reviewAt, reviewsAsked));
  if (asked === undefined) return;
  const { key, kind, lane, target } = asked;
  await tx.touchSurface({ key, kind, lane, incident, target });
}

/** One message for each time that it is asked: an edit would notify nobody. */
export function reviewKey(haltId: string, reviewAt: Instant, round: number): string {
  return `review:${haltId}:${reviewAt}:${round}`;
}

/** The one message that shows every order and every point. */
export async function touchBoard(tx: Transaction, { announceChannel }: Settings): Promise<void> {
  if (announceChannel === null) return;
  const board = { key: BOARD, kind: 'halt-board', lane: 'halt', incident: null } as const;
  await tx.touchSurface({ ...board, target: announceChannel });
}

/** The key of the halt board. */
export const BOARD = 'halt-board';
