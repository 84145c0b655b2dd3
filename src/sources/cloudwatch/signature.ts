import { verify, type KeyObject } from 'node:crypto';
import { decodeJson } from '../decode-json.js';
import { instantOf } from '../instant.js';
import { base64Bytes } from '../same-bytes.js';
import { headerOf, refused, VALID } from '../signature-parts.js';
import type { SignedPost, Signature, Verdict, WebReader } from '../types.js';
import { certificateUrl } from './addresses.js';
import { canonicalText } from './canonical-text.js';
import { createCertificates, type Certificates } from './certificates.js';
import { SnsMessage } from './schema.js';

/** AWS advises an hour; the identity of a message is its `MessageId`, so that a replay is a duplicate besides. */
const TOLERANCE_SECONDS = 3_600;
const HASHES = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' } as const;

/** What was fetched, by how it was fetched. */
const stores = new WeakMap<WebReader, Certificates>();

function certificatesOf(web: WebReader): Certificates {
  const known = stores.get(web);
  if (known !== undefined) return known;
  const made = createCertificates();
  stores.set(web, made);
  return made;
}

/**
 * Anybody with an AWS account can have SNS sign a message. So a signature proves where a post comes from only together
 * with the topic: there is none without a list of topics in sources.yml.
 */
export const snsSignature: Signature = {
  isConfigured: ({ topics }) => topics.length > 0,
  verify: async (post) => {
    const message = messageOf(post);
    if (message === undefined)
      return refused('This is no message of Amazon SNS: turn raw message delivery off.');
    const url = certificateUrl(message.SigningCertURL);
    const why = strangeness(post, message, url);
    if (why !== null || url === undefined) return refused(why ?? '');
    try {
      const key = await certificatesOf(post.web)({ url, web: post.web, nowMs: post.nowMs });
      return judged(message, key);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      return { kind: 'unsure', why: `The certificate of SNS cannot be had: ${reason}.` };
    }
  },
};

function messageOf({ bytes }: SignedPost): SnsMessage | undefined {
  try {
    return SnsMessage.safeParse(decodeJson(bytes)).data;
  } catch {
    return undefined;
  }
}

/** All that can be wrong without asking anybody; null where nothing is. */
function strangeness(
  { headers, settings, nowMs }: SignedPost,
  message: SnsMessage,
  url: URL | undefined,
): string | null {
  if (headerOf(headers, 'x-amz-sns-rawdelivery')?.toLowerCase() === 'true')
    return 'Raw message delivery drops the signature: turn it off for this subscription.';
  if (!settings.topics.includes(message.TopicArn))
    return 'The topic is not in the list `topics` of this source in sources.yml.';
  if (url === undefined) return 'SigningCertURL is not an address of Amazon SNS.';
  const sentAt = instantOf(message.Timestamp);
  const apart = sentAt === null ? Number.NaN : Math.abs(nowMs - Date.parse(sentAt)) / 1000;
  const allowed = settings.toleranceSeconds ?? TOLERANCE_SECONDS;
  return apart <= allowed ? null : `Timestamp is further from our clock than ${allowed} s.`;
}

function judged(message: SnsMessage, key: KeyObject): Verdict {
  const signature = base64Bytes(message.Signature) ?? new Uint8Array();
  const text = Buffer.from(canonicalText(message));
  const fits = verify(HASHES[message.SignatureVersion], text, key, signature);
  return fits ? VALID : refused('The signature does not fit the message.');
}
