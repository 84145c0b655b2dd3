import { createHash } from 'node:crypto';
import type { Actor } from '../core/actor.js';
import type { Alert } from '../core/alert.js';
import { DomainError } from '../core/errors.js';
import { mapAlert } from '../core/map-alert.js';
import type { PagerReport } from '../core/pager-report.js';
import type { SourceSettings } from '../core/source-settings.js';
import type { Reader } from '../store/types.js';
import type { Deps } from './deps.js';
import { readSource } from './read-source.js';
import { recordPagerReport, type ReportOutcome } from './record-pager-report.js';
import { takeAlert, type AlertOutcome } from './take-alert.js';

/** What was read of one post. */
export interface Post {
  readonly alerts: readonly Alert[];
  readonly reports: readonly PagerReport[];
  /** The sender's name for this delivery; null where it has none. */
  readonly deliveryId: string | null;
}

export interface TakePost {
  readonly source: SourceSettings;
  readonly post: Post;
  readonly actor: Actor;
  /** True: hold it in any case, because more comes than can be taken at once. */
  readonly isStorm?: boolean;
}

/** What became of one alert. held: it is stored and waits. left-out: sources.yml says that it is no concern of ours. */
export type PostedOutcome =
  | AlertOutcome
  | (Omit<AlertOutcome, 'outcome'> & { readonly outcome: 'held' | 'left-out' });

export interface PostTaken {
  /** taken: what became of it is in `outcomes`. held: stored, and taken later. duplicate: it was taken before. */
  readonly post: 'taken' | 'held' | 'duplicate';
  readonly outcomes: readonly PostedOutcome[];
  readonly reports: readonly ReportOutcome[];
}

/** More than this is not held for one source: then the sender has to keep it. */
const MOST_HELD = 20_000;
/** A post that has failed this often is still tried, but no other waits for it. */
export const PATIENCE = 3;

/** Deliveries under way: the second of two at once waits, and is then a duplicate. */
const underWay = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Takes one post of a source. While the source is paused, or older posts of it still wait, it is stored and taken in
 * its turn; either way it is durable when this resolves.
 */
export async function takePost(deps: Deps, input: TakePost): Promise<PostTaken> {
  const key = deliveryKey(input);
  if (key === null) return takeOnce(deps, input);
  const waiting = mine(deps);
  const before = waiting.get(key) ?? Promise.resolve();
  const turn = before.then(async () =>
    (await deps.store.isClaimed(key)) ? DUPLICATE : takeOnce(deps, input),
  );
  const settled = turn.catch(() => undefined);
  waiting.set(key, settled);
  try {
    return await turn;
  } finally {
    if (waiting.get(key) === settled) waiting.delete(key);
  }
}

const DUPLICATE: PostTaken = { post: 'duplicate', outcomes: [], reports: [] };

function mine({ store }: Deps): Map<string, Promise<unknown>> {
  const known = underWay.get(store);
  if (known !== undefined) return known;
  const made = new Map<string, Promise<unknown>>();
  underWay.set(store, made);
  return made;
}

function deliveryKey({ source, post }: TakePost): string | null {
  if (post.deliveryId === null) return null;
  // Senders choose it, and it is kept for a month.
  const id = createHash('sha256').update(post.deliveryId).digest('hex').slice(0, 32);
  return `delivery:${source.name}:${id}`;
}

async function takeOnce(deps: Deps, input: TakePost): Promise<PostTaken> {
  const { source, isStorm = false } = input;
  if (isStorm || (await mustWait(deps.store, source.name))) return hold(deps, input);
  try {
    return await takeNow(deps, input);
  } catch (error) {
    // Nothing of it was taken, because too much is being taken: not every sender would send it again.
    if (isOverload(error)) return hold(deps, input);
    throw error;
  }
}

/** More comes than can be stored together at the moment. */
export function isOverload(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'unavailable';
}

/** Paused, or behind others that came before: what resolves an alert must not overtake it. */
async function mustWait(store: Reader, name: string): Promise<boolean> {
  if ((await readSource(store, name)).paused !== null) return true;
  const [first] = await store.heldPosts({ source: name, after: 0, limit: 1 });
  return first !== undefined && first.attempts < PATIENCE;
}

async function hold(deps: Deps, input: TakePost): Promise<PostTaken> {
  const { source, post } = input;
  const key = deliveryKey(input);
  await deps.store.transact(async (tx) => {
    const at = deps.now();
    if ((await tx.countHeldPosts(source.name)) >= MOST_HELD)
      throw new DomainError(
        'unavailable',
        `${MOST_HELD} posts of ${source.name} wait already: send it again later.`,
      );
    if (key !== null && !(await tx.claim(key, at))) return;
    await tx.holdPost({ source: source.name, receivedAt: at, body: post });
  });
  const outcomes = post.alerts.map(({ dedupKey }) => ({
    dedupKey,
    outcome: 'held' as const,
    incident: null,
    note: 'It is stored, and is taken as soon as its turn comes.',
  }));
  return { post: 'held', outcomes, reports: [] };
}

/** Takes a post in this moment, whatever waits. */
export async function takeNow(deps: Deps, input: Omit<TakePost, 'isStorm'>): Promise<PostTaken> {
  const { source, post, actor } = input;
  const mapped = post.alerts.map((alert) => mapAlert(alert, source, deps.registry));
  const wanted = mapped.filter(({ ignored }) => ignored === null).map(({ alert }) => alert);
  const taken = await takeAlert(deps, { alerts: wanted, actor });
  const leftOut = mapped.flatMap(({ alert, ignored, rule }): PostedOutcome[] =>
    ignored === null ? [] : [{ ...LEFT_OUT, dedupKey: alert.dedupKey, note: whyLeftOut(ignored, rule) }],
  );
  const reports: ReportOutcome[] = [];
  for (const report of post.reports) reports.push(await recordPagerReport(deps, { report, actor }));
  const key = deliveryKey(input);
  // Only what was stored whole is known: the rest has to come again.
  if (key !== null && taken.every(({ outcome }) => outcome !== 'failed'))
    await deps.store.transact((tx) => tx.claim(key, deps.now()));
  return { post: 'taken', outcomes: [...taken, ...leftOut], reports };
}

const LEFT_OUT = { outcome: 'left-out', incident: null } as const;

function whyLeftOut(ignored: 'by-rule' | 'unknown-agent', rule: number | null): string {
  return ignored === 'by-rule'
    ? `Rule ${rule} of this source in sources.yml leaves it out.`
    : 'It is about no agent of agents.yml, and this source takes only those (`onlyKnownAgents`).';
}
