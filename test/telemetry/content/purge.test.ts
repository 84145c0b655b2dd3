import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { IncidentHold } from '../../../src/core/retention.js';
import { contentKeyOf } from '../../../src/telemetry/content/content-keys.js';
import { OLDER_INSTRUCTION, OLDER_KEY, olderFile, sealedIn } from '../../support/older-content.js';
import {
  ACTION,
  aContentKey,
  aRefund,
  openTelemetryDesk,
  type TelemetryDesk,
} from '../../support/telemetry-desk.js';

const DAY = 86_400_000;
const NOW = Date.now();

const traceOf = (number: number): string => `${'b'.repeat(24)}${number.toString(16).padStart(8, '0')}`;
const idOf = (number: number): string => `act-${number}`;

/** A refund so many days before `NOW`, as it was received then. Returns its action id. */
async function refundOf(
  desk: TelemetryDesk,
  number: number,
  daysAgo: number,
  agent = 'support-agent',
): Promise<string> {
  const atMs = NOW - daysAgo * DAY;
  const spans = aRefund({ actionId: idOf(number), traceId: traceOf(number), atMs }).map((span) => ({
    ...span,
    attributes: { ...span.attributes, 'gen_ai.agent.name': agent },
  }));
  await desk.sends(spans, atMs + 1_000);
  return idOf(number);
}

function aHold(change: Partial<IncidentHold>): IncidentHold {
  return { incident: 'INC-1', agentId: 'support-agent', fromMs: 0, toMs: 0, dedupKeys: [], ...change };
}

/** As it is stored when it arrives; content is as old as its arrival, so that the clock is moved on. */
const later = (days: number, holds: readonly IncidentHold[] = []) => ({ nowMs: NOW + days * DAY, holds });

describe('the daily purge', () => {
  it('deletes what is older than 90 days, record and content, and says how much it was', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const old = await refundOf(desk, 1, 1);
    await refundOf(desk, 2, 0);

    const report = await desk.telemetry.purge(later(89.5));

    expect(report).toMatchObject({
      deleted: { records: 4, traces: 0 },
      kept: { incident: { records: 0, traces: 0 }, financial: { records: 0, traces: 0 } },
    });
    await desk.telemetry.purgeReported(report?.id ?? 0);
    expect(await desk.telemetry.purge(later(89.5))).toBeNull();
    expect(await desk.telemetry.purge(later(91))).toMatchObject({ deleted: { traces: 2 } });
    expect(await desk.trace(old)).toBeUndefined();
  });

  it('leaves nothing of it in the file: the key of the trace is gone, and so are its bytes', async () => {
    const key = aContentKey();
    const desk = await openTelemetryDesk({ contentKeys: [key] });
    await refundOf(desk, 1, 0);
    await refundOf(desk, 2, 0);
    const sealed = sealedIn(desk.path);

    await desk.telemetry.purge(later(92));
    await desk.close();

    const file = readFileSync(desk.path);
    expect(sealed).toHaveLength(4);
    expect(sealed.filter((bytes) => file.includes(bytes))).toEqual([]);
  });

  it('keeps what an older version sealed for as long as it is held, and leaves nothing of it afterwards', async () => {
    const path = olderFile();
    const sealed = sealedIn(path);
    const desk = await openTelemetryDesk({ path, contentKeys: [OLDER_KEY] });
    await refundOf(desk, 2, 0);
    const hold = aHold({ agentId: 'billing-agent', fromMs: 0, toMs: null });

    const first = await desk.telemetry.purge(later(4_000, [hold]));
    const held = await desk.trace(ACTION);
    await desk.telemetry.purgeReported(first?.id ?? 0);
    await desk.telemetry.purge(later(4_001));
    await desk.close();

    expect(first).toMatchObject({ kept: { incident: { records: 4, traces: 1 } } });
    expect(held?.parts.map(({ text }) => text)).toContain(OLDER_INSTRUCTION);
    expect(sealed).toHaveLength(4);
    expect(sealed.filter((bytes) => readFileSync(path).includes(bytes))).toEqual([]);
  });

  it('keeps for seven years what an agent that moves money had a part in, and says so', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const financial = await refundOf(desk, 1, 1, 'billing-agent');
    await refundOf(desk, 2, 0);

    const soon = await desk.telemetry.purge(later(400));

    expect(soon).toMatchObject({ deleted: { traces: 1 }, kept: { financial: { records: 4, traces: 1 } } });
    expect((await desk.trace(financial))?.parts.map(({ part }) => part)).toContain('reasoning');
    await desk.telemetry.purgeReported(soon?.id ?? 0);
    expect(await desk.telemetry.purge(later(2_560))).toMatchObject({ deleted: { traces: 1 } });
  });

  it('keeps what agents did while people worked on them, until nothing holds it any more', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const held = await refundOf(desk, 1, 5);
    const before = await refundOf(desk, 2, 8);
    await refundOf(desk, 3, 0);
    const hold = aHold({ fromMs: NOW - 6 * DAY, toMs: NOW - 4 * DAY });

    const first = await desk.telemetry.purge(later(100, [hold]));

    expect(first).toMatchObject({ holds: 1, kept: { incident: { records: 4, traces: 1 } } });
    expect((await desk.trace(held))?.parts).toHaveLength(7);
    expect(await desk.trace(before)).toBeUndefined();
    await desk.telemetry.purgeReported(first?.id ?? 0);
    expect(await desk.telemetry.purge(later(101))).toMatchObject({
      holds: 0,
      deleted: { records: 4, traces: 1 },
    });
    expect(await desk.trace(held)).toBeUndefined();
  });

  it('forgets whose conversation an act without words was, and what its guard could not report', async () => {
    const desk = await openTelemetryDesk();
    const call = (number: number, atMs: number) => ({
      traceId: traceOf(number),
      startMs: atMs,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.agent.name': 'support-agent',
        'gen_ai.conversation.id': `session-${number}`,
      },
    });
    await desk.sends([call(1, NOW - 2 * DAY)], NOW - 2 * DAY);
    await desk.sends([call(2, NOW - 5 * DAY)], NOW - 5 * DAY);
    await desk.sends([call(3, NOW)], NOW);
    const instant = (daysAgo: number): string => new Date(NOW - daysAgo * DAY).toISOString();
    const gap = (daysAgo: number) => ({
      kind: 'gap',
      agentId: 'support-agent',
      from: instant(daysAgo),
      to: instant(daysAgo),
      lost: daysAgo,
    });
    await desk.reports([gap(2), gap(5)]);
    const hold = aHold({ fromMs: NOW - 6 * DAY, toMs: NOW - 4 * DAY });

    await desk.telemetry.purge(later(89.5, [hold]));
    await desk.close();

    const file = new Database(desk.path, { readonly: true });
    const all = (query: string): unknown[] => file.prepare(query).pluck().all();
    expect(all('select conversation from conversation order by 1')).toEqual(['session-2', 'session-3']);
    expect(all('select lost from report_gap')).toEqual([5]);
    file.close();
  });

  it('seals the keys of traces under the new key, so that the old one can be thrown away', async () => {
    const [older, newer] = [aContentKey(), aContentKey()];
    const before = await openTelemetryDesk({ contentKeys: [older] });
    const action = await refundOf(before, 1, 0);
    await before.close();
    const between = await openTelemetryDesk({ path: before.path, contentKeys: [newer, older] });
    await between.telemetry.purge(later(0));
    await between.close();

    const after = await openTelemetryDesk({ path: before.path, contentKeys: [newer] });

    expect((await after.trace(action))?.parts).toHaveLength(7);
    const database = new Database(after.path, { readonly: true });
    expect(database.prepare('select distinct key_id from content_trace').pluck().all()).toEqual([
      contentKeyOf(newer)?.id,
    ]);
    database.close();
  });

  it('goes on after kill -9, keeps what is held and counts nothing twice', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const actions = 400;
    const hold = aHold({ fromMs: NOW - 10 * DAY - 5_000, toMs: NOW - 10 * DAY + 5_000 });
    const held = await refundOf(desk, 0, 10);
    for (let number = 1; number <= actions; number += 1) await refundOf(desk, number, 20);
    await refundOf(desk, actions + 1, 0);
    await desk.close();
    const ask = later(95, [hold]);

    const script = fileURLToPath(new URL('../../support/purging.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, desk.path, JSON.stringify(ask)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');

    const database = new Database(desk.path, { readonly: true });
    const left = Number(database.prepare('select count(*) from content_trace').pluck().get());
    database.close();
    expect(left).toBeGreaterThan(2);
    expect(left).toBeLessThan(actions + 2);
    const again = await openTelemetryDesk({ path: desk.path });
    expect(await again.telemetry.purge(ask)).toMatchObject({
      // The newest record of all stays: its number must not be given out again.
      deleted: { records: actions * 4 + 3, traces: actions + 1 },
      kept: { incident: { records: 4, traces: 1 } },
    });
    expect(await again.trace(held)).toBeDefined();
  });
});
