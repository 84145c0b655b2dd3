import { createHash } from 'node:crypto';
import type { Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import { mapAlert, type MappedAlert } from '../../core/map-alert.js';
import type { PagerReport } from '../../core/pager-report.js';
import type { SourceSettings } from '../../core/source-settings.js';
import type { Reader, Store } from '../../store/types.js';
import { askTogether } from '../ask-together.js';
import type { Deps } from '../deps.js';
import { holdPost } from './hold-post.js';
import { readSource } from './read-source.js';
import { recordPagerReport, type ReportOutcome } from '../paging/record-pager-report.js';
import { takeAlert, type AlertOutcome } from './take-alert.js';
import { writeTogether } from '../write-together.js';

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

/** A post that has failed this often is still tried, but no other waits for it. */
export const PATIENCE = 3;
/** Deliveries claimed in one transaction. */
const CLAIMED_AT_ONCE = 500;

/** What the posts of one store have in common while they are taken. */
interface Crowd {
  /** Deliveries under way: the second of two at once waits, and is then a duplicate. */
  readonly underWay: Map<string, Promise<unknown>>;
  readonly mustWait: (source: string) => Promise<boolean>;
  readonly claim: (claim: { readonly key: string; readonly at: Instant }) => Promise<boolean>;
}

const crowds = new WeakMap<Store, Crowd>();

/**
 * Takes one post of a source. While the source is paused, or older posts of it still wait, it is stored and taken in
 * its turn; either way it is durable when this resolves.
 */
export async function takePost(deps: Deps, input: TakePost): Promise<PostTaken> {
  const key = deliveryKey(input);
  if (key === null) return takeOnce(deps, input);
  const { underWay } = crowdOf(deps);
  const before = underWay.get(key) ?? Promise.resolve();
  const turn = before.then(async () =>
    (await deps.store.isClaimed(key)) ? DUPLICATE : takeOnce(deps, input),
  );
  const settled = turn.catch(() => undefined);
  underWay.set(key, settled);
  try {
    return await turn;
  } finally {
    if (underWay.get(key) === settled) underWay.delete(key);
  }
}

const DUPLICATE: PostTaken = { post: 'duplicate', outcomes: [], reports: [] };

function crowdOf({ store }: Deps): Crowd {
  const known = crowds.get(store);
  if (known !== undefined) return known;
  const made: Crowd = {
    underWay: new Map(),
    mustWait: askTogether((source) => mustWait(store, source)),
    claim: writeTogether(
      (claims) =>
        store.transact(async (tx) => {
          const isNew: boolean[] = [];
          for (const { key, at } of claims) isNew.push(await tx.claim(key, at));
          return isNew;
        }),
      CLAIMED_AT_ONCE,
    ),
  };
  crowds.set(store, made);
  return made;
}

function deliveryKey({ source, post }: TakePost): string | null {
  if (post.deliveryId === null) return null;
  // Senders choose it, and it is kept for a month.
  const id = createHash('sha256').update(post.deliveryId).digest('hex').slice(0, 32);
  return `delivery:${source.name}:${id}`;
}

async function takeOnce(deps: Deps, input: TakePost): Promise<PostTaken> {
  const { source, post, isStorm = false } = input;
  const isUrgent = isAboutOurPages(post);
  if (!isUrgent && (isStorm || (await crowdOf(deps).mustWait(source.name)))) return hold(deps, input);
  try {
    return await takeNow(deps, input);
  } catch (error) {
    // Nothing of it was taken, because too much is being taken: not every sender would send it again.
    if (isOverload(error)) return hold(deps, input);
    throw error;
  }
}

/**
 * Who has a page of ours is no alert: a pause is to keep people asleep, and somebody who has answered would be called
 * again and again.
 */
function isAboutOurPages({ alerts, reports }: Post): boolean {
  return alerts.length === 0 && reports.length > 0 && reports.every(({ incident }) => incident !== null);
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
  const claim = deliveryKey(input);
  await holdPost(deps, { source: source.name, body: post, claim, at: deps.now() });
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
  for (const [index, each] of mapped.entries())
    if (mayEndKnown(each) && (await isTaken(deps.store, each))) mapped[index] = { ...each, ignored: null };
  const wanted = mapped.filter(({ ignored }) => ignored === null).map(({ alert }) => alert);
  const taken = await takeAsBegun(deps, { alerts: wanted, actor });
  const leftOut = mapped.flatMap(({ alert, ignored, rule }): PostedOutcome[] =>
    ignored === null ? [] : [{ ...LEFT_OUT, dedupKey: alert.dedupKey, note: whyLeftOut(ignored, rule) }],
  );
  const reports: ReportOutcome[] = [];
  for (const report of post.reports) reports.push(await recordPagerReport(deps, { report, actor }));
  const key = deliveryKey(input);
  // Only what was stored whole is known: the rest has to come again.
  if (key !== null && taken.every(({ outcome }) => outcome !== 'failed'))
    await crowdOf(deps).claim({ key, at: deps.now() });
  return { post: 'taken', outcomes: [...taken, ...leftOut], reports };
}

/**
 * Senders group what fires together in no order of time: whatever began first opens the incident, decides whom it pages and
 * is its Trigger. Where an alert comes twice in a post, its order says what is newer.
 */
async function takeAsBegun(
  deps: Deps,
  { alerts, actor }: { readonly alerts: readonly Alert[]; readonly actor: Actor },
): Promise<AlertOutcome[]> {
  const isOnceEach = new Set(alerts.map(({ dedupKey }) => dedupKey)).size === alerts.length;
  if (alerts.length < 2 || !isOnceEach) return takeAlert(deps, { alerts, actor });
  const begun = alerts.toSorted((one, other) =>
    one.startsAt < other.startsAt ? -1 : Number(one.startsAt > other.startsAt),
  );
  const taken = await takeAlert(deps, { alerts: begun, actor });
  const places = new Map(alerts.map(({ dedupKey }, place) => [dedupKey, place]));
  return taken.toSorted((one, other) => (places.get(one.dedupKey) ?? 0) - (places.get(other.dedupKey) ?? 0));
}

/**
 * What ends an alert that was taken is taken, whatever its labels say: some senders (Sentry) have fewer for the end than
 * they had for the beginning, and what nobody ends fires for good.
 */
function mayEndKnown({ alert, ignored }: MappedAlert): boolean {
  return ignored !== null && alert.status === 'resolved';
}

async function isTaken(store: Reader, { alert }: MappedAlert): Promise<boolean> {
  return (await store.alert(alert.dedupKey)) !== undefined;
}

const LEFT_OUT = { outcome: 'left-out', incident: null } as const;

function whyLeftOut(ignored: 'by-rule' | 'unknown-agent', rule: number | null): string {
  return ignored === 'by-rule'
    ? `Rule ${rule} of this source in sources.yml leaves it out.`
    : 'It is about no agent of agents.yml, and this source takes only those (`onlyKnownAgents`).';
}
