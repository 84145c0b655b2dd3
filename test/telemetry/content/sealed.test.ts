import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { contentKeyOf } from '../../../src/telemetry/content/content-keys.js';
import { ACTION, aContentKey, aRefund, openTelemetryDesk } from '../../support/telemetry-desk.js';

const SAID = ['Refund order 881.', 'The order was paid twice.', 'Refunded 41.'];

describe('content at rest', () => {
  it('is in no file and no log in the clear, neither what was said nor the key', async () => {
    const key = aContentKey();
    const desk = await openTelemetryDesk({ contentKeys: [key] });
    await desk.sends(aRefund());
    await desk.trace(ACTION);

    const written = [...bytesBeside(desk.path), Buffer.from(JSON.stringify(desk.logged))];

    for (const secret of [...SAID, key, Buffer.from(key, 'base64')])
      expect(written.map((bytes) => bytes.includes(secret))).not.toContain(true);
  });

  it('is not kept without a key, and the trace says so', async () => {
    const desk = await openTelemetryDesk();
    await desk.sends(aRefund());

    const trace = await desk.trace(ACTION);

    expect(trace?.parts).toEqual([]);
    expect(trace?.spanId).not.toBeNull();
    expect(trace?.unknown).toContainEqual({
      what: 'content',
      why: '11 pieces came while HALTLINE_CONTENT_KEY was not set: they were not kept.',
    });
    expect(bytesBeside(desk.path).map((bytes) => bytes.includes('paid twice'))).not.toContain(true);
  });

  it('does not open with another key, and the trace names the one that it needs', async () => {
    const key = aContentKey();
    const before = await openTelemetryDesk({ contentKeys: [key] });
    await before.sends(aRefund());
    await before.close();

    const desk = await openTelemetryDesk({ path: before.path, contentKeys: [aContentKey()] });
    const trace = await desk.trace(ACTION);

    expect(trace?.parts).toEqual([]);
    expect(trace?.unknown.find(({ what }) => what === 'content')?.why).toContain(
      `sealed under the key ${contentKeyOf(key)?.id}`,
    );
  });

  it('is not lost by what comes later under another key', async () => {
    const key = aContentKey();
    const before = await openTelemetryDesk({ contentKeys: [key] });
    await before.sends(aRefund());
    await before.close();
    const between = await openTelemetryDesk({ path: before.path, contentKeys: [aContentKey()] });
    await between.sends([{ ...aRefund()[0], id: 77 }]);
    await between.close();

    const after = await openTelemetryDesk({ path: before.path, contentKeys: [key] });
    const trace = await after.trace(ACTION);

    expect(trace?.parts.map(({ text }) => text)).toEqual(expect.arrayContaining(SAID));
  });

  it('opens after the key was changed, as long as the old one is listed', async () => {
    const [older, newer] = [aContentKey(), aContentKey()];
    const before = await openTelemetryDesk({ contentKeys: [older] });
    await before.sends(aRefund());
    await before.close();

    const desk = await openTelemetryDesk({ path: before.path, contentKeys: [newer, older] });
    const trace = await desk.trace(ACTION);

    expect(trace?.parts.map(({ text }) => text)).toEqual(expect.arrayContaining(SAID));
  });

  it('does not open where somebody has changed or exchanged it, and the trace says how much', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await desk.sends(aRefund());
    const database = new Database(desk.path);
    database.exec(`
      update content set sealed = zeroblob(length(sealed)) where id = (select min(id) from content);
      update content set sealed = (select sealed from content where id = 2) where id = 3;
    `);
    database.close();

    const trace = await desk.trace(ACTION);

    expect(trace?.unknown).toContainEqual({
      what: 'content',
      why: '2 parts do not open: the database was changed, or is damaged.',
    });
    expect(trace?.parts.length).toBeGreaterThan(0);
  });
});

/** The database and what stands beside it. */
function bytesBeside(path: string): Buffer[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((file) => file.startsWith(basename(path)))
    .map((file) => readFileSync(join(folder, file)));
}
