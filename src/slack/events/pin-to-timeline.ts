import { incidentName } from '../../core/ids.js';
import { addNote } from '../../operations/incidents/add-note.js';
import { slackActor, type Door } from '../door/press.js';

interface Pinned {
  readonly userId: string;
  readonly channelId: string;
  readonly ts: string;
}

/** Puts the message on the timeline with its own time, and ticks it as a receipt. Elsewhere than in an incident channel: nothing. */
export async function pinToTimeline(door: Door, pinned: Pinned): Promise<void> {
  const row = await door.deps.store.incidentByChannel(pinned.channelId);
  if (row === undefined) return;
  const message = await fetchMessage(door, pinned);
  if (message === undefined) return;
  await addNote(door.deps, {
    incident: incidentName(row.kind, row.number),
    text: message.text,
    by: message.by,
    originalAt: new Date(Number(pinned.ts) * 1000).toISOString(),
    permalink: await permalinkOf(door, pinned),
    ts: pinned.ts,
    how: 'reaction',
    actor: slackActor(door, pinned.userId),
  });
  await door.clients.bulk.reactions
    .add({ channel: pinned.channelId, timestamp: pinned.ts, name: 'white_check_mark' })
    .catch(() => undefined);
}

/** Works for replies in threads too: their history is that of the thread. */
async function fetchMessage(
  { clients }: Door,
  { channelId, ts }: Pinned,
): Promise<{ text: string; by: string } | undefined> {
  const { messages = [] } = await clients.bulk.conversations.history({
    channel: channelId,
    latest: ts,
    oldest: ts,
    inclusive: true,
    limit: 1,
  });
  const found =
    messages.find((message) => message.ts === ts) ??
    (
      await clients.bulk.conversations.replies({ channel: channelId, ts, limit: 1, inclusive: true })
    ).messages?.find((message) => message.ts === ts);
  return found === undefined
    ? undefined
    : { text: found.text ?? '', by: found.user ?? found.bot_id ?? 'unknown' };
}

async function permalinkOf({ clients }: Door, { channelId, ts }: Pinned): Promise<string | null> {
  const answer = await clients.bulk.chat
    .getPermalink({ channel: channelId, message_ts: ts })
    .catch(() => undefined);
  return answer?.permalink ?? null;
}
