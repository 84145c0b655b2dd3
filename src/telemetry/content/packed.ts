/** Text made small before it is sealed. Its first byte says how. */
import { brotliCompressSync, brotliDecompressSync, constants, inflateRawSync } from 'node:zlib';

const PLAIN = 0;
/** Of content that was sealed span by span. */
const DEFLATED = 1;
const BROTLI = 2;

/** Below this, compressing gains nothing. */
const WORTH_COMPRESSING = 512;
/** At this quality it makes text as small as deflate does, in two thirds of the time. */
const OPTIONS = {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 1,
    [constants.BROTLI_PARAM_LGWIN]: 16,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
};

export function packed(plain: Buffer): Buffer {
  return plain.length < WORTH_COMPRESSING
    ? Buffer.concat([Buffer.of(PLAIN), plain])
    : Buffer.concat([Buffer.of(BROTLI), brotliCompressSync(plain, OPTIONS)]);
}

/** What `packed` made: to be trusted, for it was authenticated. */
export function unpacked(bytes: Buffer): Buffer {
  const rest = bytes.subarray(1);
  if (bytes[0] === BROTLI) return brotliDecompressSync(rest);
  return bytes[0] === DEFLATED ? inflateRawSync(rest) : rest;
}
