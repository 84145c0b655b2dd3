import { z } from 'zod';
import { plain } from '../../../blocks/escape.js';
import type { Effector } from '../../operations/outbox/outbox-types.js';
import { attempt, retryOf, type Failure } from '../failure.js';
import { degrade, settle, targetOf, type EffectParts } from './effect-parts.js';

const Payload = z.object({ title: z.string(), link: z.string() });
const TITLE_MAX = 100;

/** The way back to the alert, on top of the channel. */
export function addBookmark(parts: EffectParts): Effector {
  return async (effect) => {
    const { title, link } = Payload.parse(effect.payload);
    const { incident, channelId, isFallback } = await targetOf(parts, effect);
    if (channelId === null || isFallback) return { kind: 'done' };
    const refusal = {
      incident: incident.name,
      part: 'bookmark',
      consequence: 'The alert is not bookmarked: its link is on the card.',
    };
    if (!isWebLink(link)) {
      await degrade(parts, { ...refusal, error: 'not a web link' });
      return { kind: 'drop', error: 'not a web link' };
    }
    const there = effect.begun ? await isThere(parts, channelId, link) : NOT_THERE;
    if (there.kind === 'later' || there.kind === 'unknown') return retryOf(there, true);
    if (there.kind === 'ok' && there.value) return { kind: 'done' };
    const added = await attempt(() =>
      parts.client.bookmarks.add({
        channel_id: channelId,
        title: plain(title, TITLE_MAX),
        type: 'link',
        link,
      }),
    );
    return settle(parts, added, refusal);
  };
}

const NOT_THERE = { kind: 'ok', value: false } as const;

/** Where Slack does not let us look, a second bookmark harms nobody. */
async function isThere(
  { client }: EffectParts,
  channelId: string,
  link: string,
): Promise<{ kind: 'ok'; value: boolean } | Failure> {
  return attempt(async () => {
    const { bookmarks } = await client.bookmarks.list({ channel_id: channelId });
    return (bookmarks ?? []).some((bookmark) => bookmark.link === link);
  });
}

function isWebLink(link: string): boolean {
  return URL.canParse(link) && ['http:', 'https:'].includes(new URL(link).protocol);
}
