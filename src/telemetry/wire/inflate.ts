import { unzipSync } from 'node:zlib';
import { InvalidOtlp, TooLarge } from './invalid-otlp.js';

/**
 * The body as it was before compression, at most `limitBytes` of it: a small body that swells without end is given up as
 * soon as it passes the limit. Throws TooLarge or InvalidOtlp.
 */
export function inflate(
  body: Uint8Array,
  limitBytes: number,
  encoding: 'compressed' | 'identity' = 'compressed',
): Uint8Array {
  if (encoding === 'identity' && body.byteLength > limitBytes) throw tooLarge(limitBytes);
  return encoding === 'identity' ? body : unzip(body, limitBytes);
}

/** Gzip or zlib, whichever it is: the bytes tell, and HTTP's `deflate` means the second. */
function unzip(body: Uint8Array, limitBytes: number): Uint8Array {
  try {
    return unzipSync(body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if (isBufferTooLarge(cause)) throw tooLarge(limitBytes);
    throw new InvalidOtlp('The body is neither gzip nor deflate, although Content-Encoding says so.', {
      cause,
    });
  }
}

function isBufferTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(limitBytes: number): TooLarge {
  return new TooLarge(
    `The body is larger than ${limitBytes} bytes after decompression: send smaller batches.`,
  );
}
