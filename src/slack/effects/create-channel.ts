/**
 * Makes the incident's channel, once. A lost answer or a crash leaves a channel behind that nobody knows of: where
 * an earlier attempt may have acted, a channel of our name and making is looked for and taken over.
 */
import { parseIncidentName } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import { appendToIncident } from '../../operations/incidents/append-to-incident.js';
import { shareChannelWithMembersIn } from '../../operations/alerts/link-members.js';
import type { Effector, Outcome } from '../../operations/outbox/outbox-types.js';
import { attempt, retryOf, type Failure } from '../failure.js';
import { findChannels, UnknownPlace, type ListedChannel } from '../surfaces/places.js';
import { ACTOR, degrade, targetOf, type EffectParts } from './effect-parts.js';

const NAME_MAX = 80;
const SUFFIXES = ['', '-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9'];

/** Slack's clock and ours may differ by this much. */
const SKEW_SECONDS = 300;

export function createChannel(parts: EffectParts): Effector {
  return async (effect) => {
    const { incident, channelId } = await targetOf(parts, effect);
    if (channelId !== null) return { kind: 'done' };
    const earlier = effect.begun ? await lookForOurs(parts, incident) : NOTHING;
    if (earlier.kind !== 'ok') return settleFailure(parts, incident, earlier, true);
    if (earlier.value !== undefined) return record(parts, incident, earlier.value);
    const made = await makeOne(parts, incident);
    if (made.kind !== 'ok') return settleFailure(parts, incident, made, false);
    return record(parts, incident, made.value);
  };
}

type Opened = Pick<ListedChannel, 'id' | 'name'>;
type Result<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

const NOTHING: Result<Opened | undefined> = { kind: 'ok', value: undefined };

/** The names to try in turn: somebody may have taken the first, or it may offend a rule we do not know. */
function candidates({ name, channelName }: Incident): string[] {
  const plainest = name.toLowerCase();
  return [channelName, plainest].flatMap((base) =>
    SUFFIXES.map((suffix) => `${base.slice(0, NAME_MAX - suffix.length)}${suffix}`),
  );
}

async function lookForOurs(
  { deps, client }: EffectParts,
  incident: Incident,
): Promise<Result<Opened | undefined>> {
  const looked = await attempt(async () => {
    const { user_id: us } = await client.auth.test();
    const channels = await findChannels(client, new Set(candidates(incident)));
    return channels.filter((channel) => channel.creator === us && isYoungEnough(channel, incident));
  });
  if (looked.kind !== 'ok') return looked;
  for (const channel of looked.value) {
    if ((await deps.store.incidentByChannel(channel.id)) === undefined) return { kind: 'ok', value: channel };
  }
  return NOTHING;
}

/** A channel of the same name from an earlier life of the database is not ours to take. */
function isYoungEnough({ created }: ListedChannel, { openedAt }: Incident): boolean {
  return created === undefined || created >= Date.parse(openedAt) / 1_000 - SKEW_SECONDS;
}

async function makeOne({ client }: EffectParts, incident: Incident): Promise<Result<Opened>> {
  let last: Failure = { kind: 'refused', error: 'name_taken', details: [] };
  for (const name of candidates(incident)) {
    const made = await attempt(() => client.conversations.create({ name }));
    if (made.kind === 'ok') return opened(made.value.channel, name);
    last = made;
    if (made.kind !== 'refused' || !isAboutTheName(made.error)) return made;
  }
  return last;
}

function opened(channel: { id?: string; name?: string } | undefined, name: string): Result<Opened> {
  if (channel?.id === undefined) return { kind: 'unknown', error: 'conversations.create named no channel' };
  return { kind: 'ok', value: { id: channel.id, name: channel.name ?? name } };
}

function isAboutTheName(error: string): boolean {
  return error === 'name_taken' || error.startsWith('invalid_name');
}

async function record({ deps }: EffectParts, incident: Incident, { id, name }: Opened): Promise<Outcome> {
  await deps.store.transact(async (tx) => {
    await tx.setIncident(incident.kind, incident.number, { channelId: id, channelName: name });
    await shareChannelWithMembersIn(tx, { umbrella: incident.name, channelId: id });
    await appendToIncident(tx, {
      incident: incident.name,
      events: [{ type: 'channel:created', data: { channelId: id, channelName: name }, private: null }],
      actor: ACTOR,
      at: deps.now(),
      idempotencyKey: `channel:created:${incident.name}`,
    });
  });
  deps.wake();
  return { kind: 'done' };
}

async function settleFailure(
  parts: EffectParts,
  incident: Incident,
  failure: Failure,
  began: boolean,
): Promise<Outcome> {
  return failure.kind === 'refused' ? fallBack(parts, incident, failure.error) : retryOf(failure, began);
}

/** No channel of its own: everything goes to the announcement channel, so that the rest works all the same. */
async function fallBack(parts: EffectParts, incident: Incident, error: string): Promise<Outcome> {
  const { deps, client, places } = parts;
  const { announceChannel } = deps.settings;
  const found =
    announceChannel === null
      ? undefined
      : await attempt(() => resolve(places.channelNamed(client, announceChannel)));
  if (found !== undefined && found.kind !== 'ok' && found.kind !== 'refused') return retryOf(found, false);
  const channelId = found?.kind === 'ok' ? found.value : undefined;
  const parsed = parseIncidentName(incident.name);
  if (channelId !== undefined && parsed !== undefined)
    await deps.store.transact(async (tx) => {
      await tx.setIncident(parsed.kind, parsed.number, { channelId });
      await shareChannelWithMembersIn(tx, { umbrella: incident.name, channelId });
    });
  await degrade(parts, {
    incident: incident.name,
    part: 'channel',
    error,
    consequence: consequence(incident, channelId),
  });
  return { kind: 'drop', error };
}

async function resolve(channel: Promise<string>): Promise<string | undefined> {
  try {
    return await channel;
  } catch (error) {
    if (error instanceof UnknownPlace) return undefined;
    throw error;
  }
}

function consequence({ name }: Incident, channelId: string | undefined): string {
  return channelId === undefined
    ? `${name} has no channel, and no announcement channel stands in for it. People are paged by direct message; use \`haltline incident show ${name}\`.`
    : `${name} has no channel of its own: everything about it is posted in the announcement channel.`;
}
