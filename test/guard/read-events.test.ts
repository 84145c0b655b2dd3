import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEvents, type ServerEvent } from '../../src/guard/read-events.js';

async function read(text: string, chunkBytes: number): Promise<ServerEvent[]> {
  const bytes = Buffer.from(text);
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
  }
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

it('reads the same events however the network cuts them, with any line end', async () => {
  const lines = [
    'retry: 1000',
    '',
    ': a comment',
    '',
    'id: 7',
    'event: state',
    'data: {"reason":"zu früh – ☠️"}',
    '',
    'data: one',
    'data:two',
    '',
    'data: cut off',
  ];
  const wanted = [
    { event: 'state', data: '{"reason":"zu früh – ☠️"}' },
    { event: 'message', data: 'one\ntwo' },
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 40 }),
      async (end, chunkBytes) => {
        expect(await read(lines.join(end), chunkBytes)).toEqual(wanted);
      },
    ),
  );
});

it('gives up on an event that never ends', async () => {
  await expect(read(`data: ${'x'.repeat(5_000_000)}`, 1_000_000)).rejects.toThrow('too long');
});
