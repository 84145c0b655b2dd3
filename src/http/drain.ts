import type { IncomingMessage } from 'node:http';

const LIMITS = { bytes: 33_554_432, ms: 2_000 };

/**
 * Reads and forgets what is left of a body that we refuse, up to 32 MiB or two seconds. Closing the socket with
 * unread bytes makes the kernel reset it, and the sender would see a broken connection in place of our answer.
 */
export function drain(incoming: IncomingMessage): Promise<void> {
  if (!isUnread(incoming)) return Promise.resolve();
  return new Promise((resolve) => {
    let left = LIMITS.bytes;
    const timer = setTimeout(resolve, LIMITS.ms);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    incoming.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) done();
    });
    incoming.once('end', done).once('close', done).once('error', done);
    incoming.resume();
  });
}

/** Has it a body of which there is, or may come, more? */
export function isUnread(incoming: IncomingMessage): boolean {
  const { headers, complete, readableEnded, destroyed } = incoming;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !complete && !readableEnded && !destroyed;
}
