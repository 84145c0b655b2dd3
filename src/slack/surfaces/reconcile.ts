/**
 * Makes Slack agree with the state, one surface at a time: render, compare with what Slack last accepted, then
 * update or post. Where an earlier attempt may have posted, our mark is looked for first: one message, never two.
 */
import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { canonicalJson } from '../../core/canonical-json.js';
import { DomainError } from '../../core/errors.js';
import { inAHurry, type Deps } from '../../operations/deps.js';
import type { Reconcile, SurfaceOutcome } from '../../operations/outbox/outbox-types.js';
import { surfacePosted } from '../../operations/outbox/surface-posted.js';
import { surfaceRefused } from '../../operations/outbox/surface-refused.js';
import type { SurfaceRow } from '../../store/types.js';
import type { SlackClients } from '../clients.js';
import { attempt, failureOf, retryOf, type Failure } from '../failure.js';
import { insideOf, postMessage, updateMessage } from './deliver.js';
import { NothingToShow } from './load.js';
import { findMarked, type Place } from './marker.js';
import { createPlaces, UnknownPlace, type Places } from './places.js';
import { SURFACES, type Appearance } from './registry.js';

/** One surface with all that an attempt at it needs. */
interface Job extends Appearance {
  readonly deps: Deps;
  readonly client: WebClient;
  readonly places: Places;
  readonly surface: SurfaceRow;
  readonly digest: string;
}

/** The message is gone, or will not be changed any more: a new one takes its place. */
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** A place is looked for again after this long, e.g. while the incident's channel is being made. */
const NO_PLACE_YET_MS = 500;

export function createReconciler(deps: Deps, clients: SlackClients): Reconcile {
  const desks = { halt: inAHurry(deps), bulk: deps };
  const places = createPlaces(desks.halt);
  return async (surface) => {
    const { lane } = surface;
    const job = await prepare({ deps: desks[lane], client: clients[lane], places, surface });
    if ('kind' in job) return job;
    const { channelId, ts } = surface;
    if (channelId === null || ts === null) return create(job);
    if (surface.renderedDigest === job.digest) return { kind: 'rendered', channelId, ts, digest: job.digest };
    return change(job, { channelId, ts });
  };
}

async function prepare(parts: Omit<Job, 'digest' | keyof Appearance>): Promise<Job | SurfaceOutcome> {
  const { deps, surface } = parts;
  const show = SURFACES[surface.kind];
  try {
    if (show === undefined) throw new NothingToShow('no part of this version shows this kind');
    const appearance = await show(deps, surface);
    return { ...parts, ...appearance, digest: digestOf(appearance) };
  } catch (error) {
    if (!(error instanceof NothingToShow) && !(error instanceof DomainError && error.code === 'not-found'))
      throw error;
    deps.log.error({ surface: surface.key, error: error.message }, 'a surface has nothing to show');
    return { kind: 'park', error: 'nothing to show' };
  }
}

function digestOf({ rendered }: Appearance): string {
  return createHash('sha256').update(canonicalJson(rendered)).digest('hex');
}

async function change(job: Job, at: { channelId: string; ts: string }): Promise<SurfaceOutcome> {
  const { surface, digest } = job;
  const updated = await updateMessage(asDelivery(job), at);
  if (updated.kind === 'ok') return { kind: 'rendered', ...at, digest };
  if (updated.kind !== 'refused') return retryOf(updated, surface.begun);
  if (GONE.has(updated.error)) return create(job);
  return postElsewhere(job, { channelId: at.channelId, threadTs: null }, updated.error);
}

async function create(job: Job): Promise<SurfaceOutcome> {
  const place = await placeOf(job);
  return 'kind' in place ? place : createAt(job, place);
}

/** Posts, unless an earlier attempt turns out to have done it. */
async function createAt(job: Job, place: Place): Promise<SurfaceOutcome> {
  if (!job.surface.begun) return post(job, place);
  const found = await look(job, place);
  if (found.kind !== 'ok') return retryOf(found, true);
  return found.value === undefined ? post(job, place) : adopt(job, place, found.value);
}

async function placeOf({ deps, client, places, surface }: Job): Promise<Place | SurfaceOutcome> {
  try {
    const place = await places.of(client, surface);
    if (place !== null) return place;
    return { kind: 'retry', afterMs: NO_PLACE_YET_MS, error: 'no place yet', began: surface.begun };
  } catch (error) {
    if (error instanceof UnknownPlace) return refuse({ deps, surface }, error.message);
    const failure = failureOf(error);
    // Looking a place up acts on nothing: what was begun before stays so, nothing new was.
    if (failure.kind === 'refused') return refuse({ deps, surface }, failure.error);
    return { ...retryOf(failure, surface.begun), began: surface.begun };
  }
}

type Found =
  | { readonly kind: 'ok'; readonly value: string | undefined }
  | Exclude<Failure, { kind: 'refused' }>;

/** Where Slack does not let us look, a second message is the lesser evil: a page that never came is worse. */
async function look({ deps, client, surface, since }: Job, place: Place): Promise<Found> {
  const found = await insideOf(client, place.channelId, () =>
    attempt(() => findMarked(client, { ...place, key: surface.key, since })),
  );
  if (found.kind !== 'refused') return found;
  deps.log.warn(
    { surface: surface.key, error: found.error },
    'could not look for an earlier post of this message',
  );
  return { kind: 'ok', value: undefined };
}

async function post(job: Job, place: Place): Promise<SurfaceOutcome> {
  const { deps, surface, digest } = job;
  const posted = await postMessage(asDelivery(job), place);
  if (posted.kind === 'refused') return postElsewhere(job, place, posted.error);
  if (posted.kind !== 'ok') return retryOf(posted, false);
  await surfacePosted(deps, { surface, at: deps.now() });
  return { kind: 'rendered', channelId: place.channelId, ts: posted.value, digest };
}

/**
 * Ordered where we may not speak, such as a direct message between two people, or shown in a channel that has been
 * archived since: what becomes of a halt, and what is asked about it, is shown to everybody instead.
 */
const MUST_BE_SEEN: ReadonlySet<string> = new Set([
  'halt',
  'lift',
  'quarantine',
  'halt-review',
  'stuck-switch',
]);

async function postElsewhere(job: Job, refused: Place, error: string): Promise<SurfaceOutcome> {
  const { deps, surface } = job;
  const { announceChannel } = deps.settings;
  if (!MUST_BE_SEEN.has(surface.kind) || announceChannel === null) return refuse(job, error);
  const other = await placeOf({ ...job, surface: { ...surface, target: announceChannel } });
  if ('kind' in other) return other;
  return other.channelId === refused.channelId ? refuse(job, error) : createAt(job, other);
}

/** The message of the earlier attempt, brought up to date. It was accepted when Slack says, not now. */
async function adopt(job: Job, { channelId }: Place, ts: string): Promise<SurfaceOutcome> {
  const { deps, surface, digest } = job;
  await surfacePosted(deps, { surface, at: postedAt(ts, deps.now()) });
  const updated = await updateMessage(asDelivery(job), { channelId, ts });
  if (updated.kind === 'refused') return refuse(job, updated.error);
  return updated.kind === 'ok' ? { kind: 'rendered', channelId, ts, digest } : retryOf(updated, true);
}

/** A `ts` is Unix seconds; one that lies ahead of our clock is cut to it. */
function postedAt(ts: string, now: string): string {
  const ms = Number(ts) * 1_000;
  const at = Number.isFinite(ms) && ms > 0 ? new Date(ms).toISOString() : now;
  return at < now ? at : now;
}

async function refuse(
  { deps, surface }: Pick<Job, 'deps' | 'surface'>,
  error: string,
): Promise<SurfaceOutcome> {
  await surfaceRefused(deps, { surface, error });
  return { kind: 'park', error };
}

function asDelivery({ client, deps, surface, rendered }: Job) {
  return { client, log: deps.log, key: surface.key, rendered };
}
