import { createHmac } from 'node:crypto';

/** `whsec_` and the base64 of 24 to 64 bytes, as Standard Webhooks writes secrets. */
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/u;

/** The key in a secret; undefined where it is none. */
export function keyOf(secret: string): Buffer | undefined {
  const key = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The three headers of Standard Webhooks: an HMAC-SHA256 over id, seconds and the body as it is sent, one for each key.
 * While a secret is changed there are two, and the other side believes whichever it has.
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  { messageId, atMs, body }: { readonly messageId: string; readonly atMs: number; readonly body: string },
): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1000));
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${messageId}.${seconds}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': messageId,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}
