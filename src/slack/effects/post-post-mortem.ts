/**
 * Posts the drafted post-mortem into the thread of its message: as a Markdown file, or, where the workspace takes
 * no files, as text. Which file and how much text is remembered between attempts, so that nothing is posted twice.
 */
import { z } from 'zod';
import { postMortemText } from '../../../blocks/post-mortem-text.js';
import type { Incident } from '../../core/incident.js';
import { appendToIncident } from '../../operations/incidents/append-to-incident.js';
import type { Effector, Outcome } from '../../operations/outbox/outbox-types.js';
import { readPostMortem } from '../../operations/post-mortem/read-post-mortem.js';
import type { EffectRow } from '../../store/types.js';
import { attempt, retryOf } from '../failure.js';
import { postMessage } from '../surfaces/deliver.js';
import { findMarked, type Place } from '../surfaces/marker.js';
import { ACTOR, degrade, targetOf, waitFor, type EffectParts } from './effect-parts.js';
import { isShared, shareFile, uploadBytes } from './upload-file.js';

/** What earlier attempts came to. */
const Saved = z.object({
  fileId: z.string().nullable().default(null),
  /** Pieces of text that Slack has accepted; null while it is a file. */
  pieces: z.number().int().nullable().default(null),
});
type Saved = z.infer<typeof Saved>;

interface Work {
  readonly parts: EffectParts;
  readonly effect: EffectRow;
  readonly incident: Incident;
  readonly place: Place & { readonly threadTs: string };
  readonly saved: Saved;
}

export function postPostMortem(parts: EffectParts): Effector {
  return async (effect) => {
    const { incident } = await targetOf(parts, effect);
    const parent = await parts.deps.store.surface(`post-mortem:${incident.name}`);
    const { channelId = null, ts: threadTs = null } = parent ?? {};
    if (channelId === null || threadTs === null) return waitFor(parts, effect, refusalOf(incident));
    const saved = Saved.parse((await parts.deps.store.setting(settingOf(incident))) ?? {});
    const work: Work = { parts, effect, incident, place: { channelId, threadTs }, saved };
    return saved.pieces === null ? postFile(work) : postText(work, saved.pieces);
  };
}

function settingOf({ name }: Incident): string {
  return `post-mortem-file:${name}`;
}

function refusalOf({ name }: Incident) {
  return {
    incident: name,
    part: 'post-mortem',
    consequence: `The post-mortem is not in Slack: read it with \`haltline incident post-mortem ${name}\`.`,
  };
}

async function postFile(work: Work): Promise<Outcome> {
  const { parts, incident, place, saved } = work;
  const { deps, client } = parts;
  if (saved.fileId !== null) {
    const shared = await isShared(client, saved.fileId, place);
    if (shared.kind === 'refused') return insteadAsText(work, shared.error);
    if (shared.kind !== 'ok') return retryOf(shared, true);
    if (shared.value) return record(work, saved.fileId);
  }
  const { markdown } = await readPostMortem(deps, { incident: incident.name });
  const filename = `${incident.name}-post-mortem.md`;
  const uploaded = await uploadBytes(client, { filename, content: markdown });
  if (uploaded.kind === 'refused') return insteadAsText(work, uploaded.error);
  if (uploaded.kind !== 'ok') return retryOf(uploaded, false);
  const fileId = uploaded.value;
  await remember(work, { fileId, pieces: null });
  const shared = await shareFile(client, { fileId, title: filename, place });
  if (shared.kind === 'refused') return insteadAsText(work, shared.error);
  return shared.kind === 'ok' ? record(work, fileId) : retryOf(shared, false);
}

/** The workspace takes no files: the same words as messages, on record as the lesser form. */
async function insteadAsText(work: Work, error: string): Promise<Outcome> {
  const { parts, incident } = work;
  await degrade(parts, {
    incident: incident.name,
    part: 'post-mortem file',
    error,
    consequence: 'The post-mortem stands in its thread as text instead of a file.',
  });
  await remember(work, { fileId: null, pieces: 0 });
  return postText(work, 0);
}

async function postText(work: Work, from: number): Promise<Outcome> {
  const { parts, effect, incident, place } = work;
  const { deps, client } = parts;
  const { markdown } = await readPostMortem(deps, { incident: incident.name });
  const pieces = postMortemText(incident, markdown);
  for (const [index, rendered] of pieces.entries()) {
    if (index < from) continue;
    const key = `post-mortem-text:${incident.name}:${index}`;
    const mayBeThere = effect.begun && index === from;
    const found = mayBeThere ? await lookFor(work, key) : undefined;
    if (found !== undefined && found.kind !== 'ok' && found.kind !== 'refused') return retryOf(found, true);
    const isThere = found?.kind === 'ok' && found.value !== undefined;
    const posted = isThere ? found : await postMessage({ client, log: deps.log, key, rendered }, place);
    if (posted.kind === 'refused') return refuse(work, posted.error);
    if (posted.kind !== 'ok') return retryOf(posted, false);
    await remember(work, { fileId: null, pieces: index + 1 });
  }
  return record(work, null);
}

function lookFor({ parts, incident, place }: Work, key: string) {
  return attempt(() => findMarked(parts.client, { ...place, key, since: incident.openedAt }));
}

async function refuse({ parts, incident }: Work, error: string): Promise<Outcome> {
  await degrade(parts, { ...refusalOf(incident), error });
  return { kind: 'drop', error };
}

async function remember({ parts, incident }: Work, saved: Saved): Promise<void> {
  await parts.deps.store.transact((tx) => tx.setSetting(settingOf(incident), saved));
}

async function record({ parts, incident, place }: Work, fileId: string | null): Promise<Outcome> {
  const { deps, client } = parts;
  const link = await attempt(() =>
    client.chat.getPermalink({ channel: place.channelId, message_ts: place.threadTs }),
  );
  const permalink = link.kind === 'ok' ? (link.value.permalink ?? null) : null;
  await deps.store.transact((tx) =>
    appendToIncident(tx, {
      incident: incident.name,
      events: [{ type: 'post-mortem:posted', data: { fileId, permalink }, private: null }],
      actor: ACTOR,
      at: deps.now(),
      idempotencyKey: `post-mortem:posted:${incident.name}`,
    }),
  );
  deps.wake();
  return { kind: 'done' };
}
