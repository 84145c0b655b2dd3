/** Random bytes for keys and nonces, drawn many at a time: to draw few costs nearly as much. */
import { randomFillSync } from 'node:crypto';

const DRAWN = 4_096;
let pool = Buffer.alloc(0);

/** Never the same bytes twice; what is handed out is not kept here. */
export function someRandomBytes(count: number): Buffer {
  if (pool.length < count) pool = randomFillSync(Buffer.alloc(Math.max(DRAWN, count)));
  const bytes = Buffer.from(pool.subarray(0, count));
  pool.fill(0, 0, count);
  pool = pool.subarray(count);
  return bytes;
}
