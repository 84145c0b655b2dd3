import { request, type RequestOptions } from 'node:https';
import type { WebReader } from './types.js';

const LIMITS = { ms: 5_000, bytes: 65_536 };

/** Fetches small texts over https. Follows no redirect, and gives up on whatever takes long or grows. */
export function createWebReader(
  options: Pick<RequestOptions, 'ca' | 'lookup' | 'port'> & { readonly ms?: number } = {},
): WebReader {
  const { ms = LIMITS.ms, ...connection } = options;
  return {
    get: (url) =>
      new Promise((resolve, reject) => {
        const signal = AbortSignal.timeout(ms);
        const asked = request(url, { ...connection, method: 'GET', agent: false, signal }, (response) => {
          if (response.statusCode !== 200) {
            response.destroy();
            return reject(new Error(`it answered ${response.statusCode}`));
          }
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > LIMITS.bytes) return void response.destroy(new Error('it is too long'));
            chunks.push(chunk);
          });
          response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
          response.on('error', reject);
        });
        asked.on('error', reject);
        asked.end();
      }),
  };
}
