import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares in a time that says nothing about where they differ. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Does any of the keys give any of the MACs over these parts? Tries all of them, whichever fits. */
export function macFits(
  parts: readonly (string | Uint8Array)[],
  { keys, macs }: { readonly keys: readonly (string | Uint8Array)[]; readonly macs: readonly Uint8Array[] },
): boolean {
  let fits = false;
  for (const key of keys) {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    const expected = hmac.digest();
    for (const mac of macs) fits = sameBytes(expected, mac) || fits;
  }
  return fits;
}

/** The bytes of a SHA-256 MAC written in hex; undefined for anything else. */
export function hexMac(text: string): Uint8Array | undefined {
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** The bytes of base64; undefined for anything that is not base64 through and through. */
export function base64Bytes(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
