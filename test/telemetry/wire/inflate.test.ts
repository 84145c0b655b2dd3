import { deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inflate } from '../../../src/telemetry/wire/inflate.js';
import { InvalidOtlp, TooLarge } from '../../../src/telemetry/wire/invalid-otlp.js';

it('gives back what was compressed, up to the limit itself', () => {
  const body = Buffer.alloc(1000, 'x');

  expect(inflate(gzipSync(body), 1000)).toEqual(body);
  expect(inflate(deflateSync(body), 1000)).toEqual(body);
  expect(inflate(body, 1000, 'identity')).toBe(body);
});

it('gives up as soon as a body passes the limit, however small it came', () => {
  const zeros = Buffer.alloc(50_000_000);

  expect(() => inflate(gzipSync(zeros), 1000)).toThrow(TooLarge);
  expect(() => inflate(deflateSync(zeros), 1000)).toThrow(TooLarge);
  expect(() => inflate(Buffer.alloc(1001), 1000, 'identity')).toThrow(TooLarge);
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('{}')],
  ['something broken off', gzipSync(Buffer.alloc(1000)).subarray(0, -5)],
  ['something changed', Buffer.from(gzipSync(Buffer.from('a body'))).fill(0, 12, 16)],
  ['something broken off of the other kind', deflateSync(Buffer.alloc(1000)).subarray(0, -5)],
])('is no compressed body: %s', (_, body) => {
  expect(() => inflate(body, 1000)).toThrow(InvalidOtlp);
});
