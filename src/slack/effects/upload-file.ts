/** Slack's upload in three calls: a URL, the bytes, and the sharing, which is the only one that people see. */
import type { WebClient } from '@slack/web-api';
import { attempt, type Failure } from '../failure.js';
import type { Place } from '../surfaces/marker.js';

const UPLOAD_TIMEOUT_MS = 20_000;

export interface Upload {
  readonly filename: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
  /** What a picture shows, for who cannot see it. */
  readonly altText?: string;
}

type Result<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

/** Puts the bytes into Slack, seen by nobody yet, and answers with the file's id. */
export async function uploadBytes(
  client: WebClient,
  { filename, content, altText }: Upload,
): Promise<Result<string>> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  // The reference says alt_txt, the client library alt_text; what is not known is ignored.
  const described = altText === undefined ? {} : { alt_txt: altText, alt_text: altText };
  const reserved = await attempt(() =>
    client.files.getUploadURLExternal({ filename, length: bytes.byteLength, ...described }),
  );
  if (reserved.kind !== 'ok') return reserved;
  const { upload_url: url, file_id: fileId } = reserved.value;
  if (url === undefined || fileId === undefined) return { kind: 'unknown', error: 'no upload URL' };
  return (await send(url, bytes))
    ? { kind: 'ok', value: fileId }
    : { kind: 'unknown', error: 'upload failed' };
}

/** The URL itself is the permission: our token stays here. */
async function send(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export interface Sharing {
  readonly fileId: string;
  readonly title: string;
  readonly place: Place;
  /** What stands above the file. */
  readonly comment?: string;
}

/** Shows the file in its channel or thread. */
export async function shareFile(
  client: WebClient,
  { fileId, title, place: { channelId, threadTs }, comment }: Sharing,
): Promise<Result<void>> {
  return attempt(async () => {
    await client.files.completeUploadExternal({
      files: [{ id: fileId, title }],
      channel_id: channelId,
      ...(threadTs !== null && { thread_ts: threadTs }),
      ...(comment !== undefined && { initial_comment: comment }),
    });
  });
}

/** Was the sharing of an earlier attempt accepted? By the file itself, else by what stands in the thread. */
export async function isShared(client: WebClient, fileId: string, place: Place): Promise<Result<boolean>> {
  const described = await attempt(async () => {
    const { file } = await client.files.info({ file: fileId });
    return [...(file?.channels ?? []), ...(file?.groups ?? [])].includes(place.channelId);
  });
  if (described.kind !== 'refused') return described;
  if (described.error === 'file_not_found') return { kind: 'ok', value: false };
  const { channelId: channel, threadTs: ts } = place;
  const inThread = await attempt(async () => {
    const { messages } =
      ts === null
        ? await client.conversations.history({ channel, limit: 200 })
        : await client.conversations.replies({ channel, ts, limit: 200 });
    return (messages ?? []).some(({ files }) => files?.some(({ id }) => id === fileId) ?? false);
  });
  return inThread.kind === 'refused' ? { kind: 'ok', value: false } : inThread;
}
