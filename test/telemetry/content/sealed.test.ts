import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { contentKeyOf } from '../../../src/telemetry/content/content-keys.js';
import { changeFile, OLDER_INSTRUCTION, OLDER_KEY, olderFile } from '../../support/older-content.js';
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
    expect(trace?.unknown).toContainEqual({
      what: 'content',
      why: '4 pieces came while HALTLINE_CONTENT_KEY held no key that opens this trace: they were not kept.',
    });
  });

  it('is known at the start to need a key that is not listed, or is listed no longer', async () => {
    const [older, newer] = [aContentKey(), aContentKey()];
    const before = await openTelemetryDesk({ contentKeys: [older] });
    await before.sends(aRefund());
    await before.close();
    const warningsOf = async (contentKeys: readonly string[]): Promise<unknown[]> => {
      const desk = await openTelemetryDesk({ path: before.path, contentKeys });
      await desk.close();
      return desk.logged.filter(({ level }) => level === 'warn').map(({ data }) => data);
    };

    expect(await warningsOf([newer])).toEqual([{ missing: [contentKeyOf(older)?.id] }]);
    expect(await warningsOf([])).toEqual([{ missing: [contentKeyOf(older)?.id] }]);
    expect(await warningsOf([newer, older])).toEqual([]);
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

  it('does not open where somebody has changed, cut or exchanged it, and the trace says how much', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    for (const span of aRefund()) await desk.sends([span]);
    await desk.sends([{ ...aRefund()[1], id: 77 }]);
    const pieces = piecesIn(desk.path);
    changeFile(
      desk.path,
      `update content_bundle set sealed = zeroblob(length(sealed)) where id = 1;
       update content_bundle set sealed = (select sealed from content_bundle where id = 4) where id = 2;
       update content_bundle set sealed = substr(sealed, 1, length(sealed) - 1) where id = 3;`,
    );

    const trace = await desk.trace(ACTION);

    expect(pieces).toEqual([4, 2, 5, 2]);
    expect(trace?.unknown).toContainEqual({
      what: 'content',
      why: '11 parts do not open: the database was changed, or is damaged.',
    });
    expect((await desk.telemetry.trace(ACTION)).material.pieces).toHaveLength(2);
  });

  it('is one sealed row for what one request says of one trace', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const other = aRefund({ actionId: 'act-2', traceId: 'b'.repeat(32) });

    await desk.sends([...aRefund(), ...other]);

    expect(piecesIn(desk.path)).toEqual([11, 11]);
    const { pieces } = (await desk.telemetry.trace('act-2')).material;
    expect(new Set(pieces.map(({ traceId }) => traceId))).toContain('b'.repeat(32));
  });

  it('is told once, however often and however divided it is sent', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await desk.sends(aRefund());
    const once = await desk.trace(ACTION);

    await desk.sends(aRefund());
    expect(piecesIn(desk.path)).toEqual([11]);
    await desk.sends(aRefund().slice(0, 2));

    expect(piecesIn(desk.path)).toEqual([11, 6]);
    expect(await desk.trace(ACTION)).toEqual(once);
  });

  it('is kept whole, and in no file in the clear, however long it is', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const long = 'It was paid twice, said the customer. '.repeat(2_000);
    const [asked, ...rest] = aRefund();
    const prompt = { 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': long };

    await desk.sends([{ ...asked, attributes: prompt }, ...rest]);

    expect((await desk.telemetry.trace(ACTION)).material.pieces.map(({ text }) => text)).toContain(long);
    expect(bytesBeside(desk.path).map((bytes) => bytes.includes('said the customer'))).not.toContain(true);
  });
});

describe('content that an older version sealed, span by span', () => {
  it('is read as it was, with what is added to its trace', async () => {
    const desk = await openTelemetryDesk({ path: olderFile(), contentKeys: [OLDER_KEY] });

    const before = await desk.trace(ACTION);
    await desk.sends(aRefund().slice(1));
    const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.completion': 'Anything else?' };
    await desk.sends([{ ...aRefund()[2], id: 78, attributes }]);
    const after = await desk.trace(ACTION);

    expect(before?.parts.map(({ text }) => text)).toEqual(
      expect.arrayContaining([OLDER_INSTRUCTION, ...SAID]),
    );
    expect(before?.unknown).not.toContainEqual(expect.objectContaining({ what: 'content' }));
    const texts = (parts = before?.parts) => parts?.map(({ text }) => text).toSorted();
    expect(texts(after?.parts)).toEqual([...(texts() ?? []), 'Anything else?'].toSorted());
  });

  it('does not open where somebody has changed it, and the trace says so', async () => {
    const path = olderFile();
    changeFile(path, 'update content set sealed = zeroblob(length(sealed)) where id = 1');

    const desk = await openTelemetryDesk({ path, contentKeys: [OLDER_KEY] });
    const trace = await desk.trace(ACTION);

    expect(trace?.unknown).toContainEqual({
      what: 'content',
      why: '1 parts do not open: the database was changed, or is damaged.',
    });
  });
});

/** How many pieces each sealed row holds. */
function piecesIn(path: string): unknown[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare('select pieces from content_bundle order by id').pluck().all();
  } finally {
    database.close();
  }
}

/** The database and what stands beside it. */
function bytesBeside(path: string): Buffer[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((file) => file.startsWith(basename(path)))
    .map((file) => readFileSync(join(folder, file)));
}
