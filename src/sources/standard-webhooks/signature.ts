import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { base64Bytes, macFits } from '../same-bytes.js';
import { headerOf, judged, listedIn, refused, staleness } from '../signature-parts.js';
import type { SignedPost, Signature } from '../types.js';

const TOLERANCE_SECONDS = 300;
const SECRET = 'whsec_';
const PUBLIC_KEY = 'whpk_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;
/** What stands before the 32 bytes of an Ed25519 key in its DER form. */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** Standard Webhooks 1.0.0: `v1` by a shared secret (`whsec_…`), `v1a` by the sender's public key (`whpk_…`). */
export const standardWebhooksSignature: Signature = {
  faultOf: (secret) => {
    const bytes = bytesOf(secret);
    if (secret.startsWith(PUBLIC_KEY))
      return bytes?.length === 32 ? null : `must be ${PUBLIC_KEY} and an Ed25519 public key in base64`;
    const length = bytes?.length ?? 0;
    return length >= LEAST_BYTES && length <= MOST_BYTES
      ? null
      : `must be ${SECRET} and ${LEAST_BYTES} to ${MOST_BYTES} bytes in base64`;
  },
  isConfigured: (_settings, secrets) => secrets.length > 0,
  verify: (post) => {
    const [id, at, list] = ['id', 'timestamp', 'signature'].map((name) =>
      headerOf(post.headers, `webhook-${name}`),
    );
    if (id === undefined || at === undefined || list === undefined)
      return refused('One of the headers webhook-id, webhook-timestamp and webhook-signature is missing.');
    const { settings, nowMs } = post;
    const stale = staleness(at, { nowMs, toleranceSeconds: settings.toleranceSeconds ?? TOLERANCE_SECONDS });
    if (stale !== null) return refused(stale);
    const signatures = listedIn(list, ' ');
    return judged(byMac(post, `${id}.${at}.`, signatures) || byKey(post, `${id}.${at}.`, signatures));
  },
};

function byMac({ secrets, bytes }: SignedPost, head: string, signatures: readonly string[]): boolean {
  const keys = secrets.filter((each) => !each.startsWith(PUBLIC_KEY)).flatMap((each) => bytesOf(each) ?? []);
  return macFits([head, bytes], { keys, macs: ofVersion(signatures, 'v1,') });
}

function byKey({ secrets, bytes }: SignedPost, head: string, signatures: readonly string[]): boolean {
  const signed = Buffer.concat([Buffer.from(head), bytes]);
  const keys = secrets.filter((each) => each.startsWith(PUBLIC_KEY)).flatMap((each) => keyOf(each) ?? []);
  return ofVersion(signatures, 'v1a,').some((signature) =>
    keys.some((key) => verify(null, signed, key, signature)),
  );
}

function ofVersion(signatures: readonly string[], version: string): Buffer[] {
  return signatures
    .filter((each) => each.startsWith(version))
    .flatMap((each) => base64Bytes(each.slice(version.length)) ?? []);
}

function keyOf(secret: string): KeyObject | undefined {
  const bytes = bytesOf(secret);
  if (bytes?.length !== 32) return undefined;
  return createPublicKey({ key: Buffer.concat([ED25519, bytes]), format: 'der', type: 'spki' });
}

/** The bytes of a secret after its prefix; undefined where it is not base64. */
function bytesOf(secret: string): Buffer | undefined {
  return base64Bytes(secret.replace(/^(?:whsec_|whpk_)/, ''));
}
