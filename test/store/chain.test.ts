import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.js';
import { entryHash, GENESIS_HASH, privateDigest, type SealedEntry } from '../../src/store/chain.js';

const ENTRY: SealedEntry = {
  seq: 1,
  stream: 'INC-7',
  version: 1,
  type: 'note:added',
  data: '{"by":"U0SRE1"}',
  privateDigest: null,
  idempotencyKey: null,
  actor: '{"id":"U0SRE1","kind":"person","roles":["on-call-sre"],"via":"slack"}',
  occurredAt: '2026-11-20T03:12:00.000Z',
  recordedAt: '2026-11-20T03:12:01.000Z',
  prevHash: GENESIS_HASH,
};

describe('chain', () => {
  it('hashes the canonical JSON of the entry, so that anyone can check it without our code', () => {
    const { data, actor, ...rest } = ENTRY;
    const text = canonicalJson({ ...rest, data: JSON.parse(data), actor: JSON.parse(actor) });

    const expected = createHash('sha256').update(`haltline:journal-entry:1\n${text}`).digest('hex');

    expect(entryHash(ENTRY)).toBe(expected);
  });

  it('never changes its mind about an entry that is already stored', () => {
    expect(entryHash(ENTRY)).toBe('6bd74f16563405144f1acae876f5912369731e021975cd3347a662f05706bed3');
    expect(privateDigest('00112233445566778899aabbccddeeff', '{"text":"hello"}')).toBe(
      '061c61f0eaa7ea3e6d718fa68c262ed774df438155156ecf78438cd27cc30f6d',
    );
  });

  it.each(Object.keys(ENTRY))('hashes differently when only %s is different', (member) => {
    expect(entryHash({ ...ENTRY, [member]: '"other"' })).not.toBe(entryHash(ENTRY));
  });
});
