import { createHash } from 'node:crypto';

/** A key from the environment. The id names it without telling anything of it. */
export interface ContentKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** What content is sealed with. The first key seals; all of them open, so that keys can be changed. */
export interface ContentKeys {
  readonly current: ContentKey | null;
  find(id: string): ContentKey | undefined;
}

const KEY_BYTES = 32;
const ID_HEX = 12;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** 32 bytes in base64, as `openssl rand -base64 32` makes them; null for anything else. */
export function contentKeyOf(text: string): ContentKey | null {
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES) return null;
  const id = createHash('sha256').update('haltline content key').update(bytes).digest('hex').slice(0, ID_HEX);
  return { id, bytes };
}

/** Keys that are no keys are left out: `config.ts` has refused them before. */
export function contentKeys(texts: readonly string[]): ContentKeys {
  const keys = texts.map(contentKeyOf).filter((key) => key !== null);
  const byId = new Map(keys.map((key) => [key.id, key]));
  return { current: keys[0] ?? null, find: (id) => byId.get(id) };
}
