import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UsageError, type CliInput, type CliResult } from '../../src/cli/define-cli-command.js';
import { replay } from '../../src/cli/replay.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { raiseFinding } from '../../src/operations/detection/raise-finding.js';
import { aFile } from '../support/a-file.js';
import { aCall } from '../support/action-records.js';
import { person } from '../support/desk.js';
import { BOOTSTRAP, openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { aQuietWeek, aRunaway } from '../support/runaway.js';
import { collectFindings, openTelemetry, type RunningTelemetry } from '../support/telemetry.js';

const MINUTE = 60_000;
const PRESENT = readFileSync('runbooks/tripwires.yml', 'utf8');
const STRICTER = PRESENT.replace('factor: 2, floorUsd: 10', 'factor: 2, floorUsd: 2');
const SILENT = PRESENT.replace('factor: 2, floorUsd: 10', 'factor: 2, floorUsd: 1000');

interface Server {
  readonly desk: HttpDesk;
  readonly telemetry: RunningTelemetry;
  readonly run: (options: CliInput['options']) => Promise<CliResult & { readonly text: string }>;
}

/** A running server with a door that listens. */
async function aServer(): Promise<Server> {
  const telemetry = await openTelemetry();
  const now = (): string => new Date().toISOString();
  const desk = await openHttpDesk({ now, http: { telemetry } });
  await desk.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = desk.server.server.address() as AddressInfo;
  const connection = { url: `http://127.0.0.1:${port}`, token: BOOTSTRAP };
  return {
    desk,
    telemetry,
    run: async (options) => {
      const result = await replay.run({ words: [], options, connection, say: () => undefined });
      if (result === undefined) throw new Error('it printed nothing');
      return { ...result, text: result.lines.join('\n') };
    },
  };
}

/** Two hours of $0.25 a minute at the end of a quiet week: found once they had all arrived. */
async function aRunawayIncident({ desk, telemetry }: Server): Promise<number> {
  const { take } = collectFindings(telemetry);
  const untilMs = Date.now();
  await telemetry.takeRecords(aQuietWeek(untilMs - 120 * MINUTE));
  await telemetry.takeRecords(aRunaway({ untilMs, minutes: 120, usdPerMinute: 0.25 }));
  await raiseFinding(desk.deps, await take(({ rule }) => rule === 'cost-rate'));
  await acknowledgePage(desk.deps, { incident: 'INC-1', userId: 'U0SRE1', actor: person('U0SRE1') });
  return untilMs;
}

describe('haltline replay', () => {
  it('says how much earlier stricter tripwires would have told of an incident, and writes nothing', async () => {
    const server = await aServer();
    const untilMs = await aRunawayIncident(server);
    const before = await server.desk.deps.store.head();

    const { text, json, exitCode } = await server.run({
      tripwire: aFile('tripwires.yml', STRICTER),
      incident: 'INC-1',
    });

    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ incident: 'INC-1', agent: 'billing-agent', fired: 1, met: true });
    // Sixty cents an hour before; the seventh minute of a quarter dollar is the first above two dollars.
    const firedAt = (json as { alerts: { firedAt: string }[] }).alerts[0]?.firedAt ?? '';
    expect(Date.parse(firedAt)).toBeCloseTo(untilMs - 114 * MINUTE, -5);
    expect(text).toMatch(/cost-rate {2}billing-agent {2}\(page\) {2}1 h 5\d min EARLIER than it did/u);
    expect(text).toMatch(/1 h 5\d min before the acknowledgement/u);
    expect(text).toContain('7-day median $0.60');
    expect(await server.desk.deps.store.head()).toEqual(before);
    expect(await server.telemetry.findings({ limit: 10 })).toHaveLength(1);
  });

  it('ends with 1 where nothing would have fired, and with 0 where that is what was expected', async () => {
    const server = await aServer();
    await aRunawayIncident(server);
    const tripwire = aFile('tripwires.yml', SILENT);

    const asked = await server.run({ tripwire, from: '6h' });
    const expected = await server.run({ tripwire, from: '6h', expect: 'silent' });

    expect([asked.exitCode, expected.exitCode]).toEqual([1, 0]);
    expect(asked.text).toContain(
      '0 alerts would have fired: 0 that did fire, 0 new. 1 that did fire would not',
    );
    expect(asked.text).toContain('Did fire, and would not have:');
  });

  it('replays the rules in force where no file is given', async () => {
    const server = await aServer();
    await aRunawayIncident(server);

    const { text, exitCode } = await server.run({ agent: 'billing-agent', from: '1d' });

    expect(exitCode).toBe(0);
    expect(text).toContain('Replayed the rules in force: billing-agent');
    expect(text).toContain('1 alert would have fired: 1 that did fire, 0 new.');
  });

  it('says unknown, and neither fired nor silent, where no telemetry is stored', async () => {
    const server = await aServer();

    const { text, exitCode } = await server.run({ from: '1d', expect: 'silent' });

    expect(exitCode).toBe(1);
    expect(text).toContain('Unknown: without telemetry it is neither fired nor silent.');
  });

  it.each([
    [
      'a rule that does not exist',
      PRESENT.replace('  cost-cap:', '  cost-cup:'),
      /tripwires\.yml:\d+:\d+ "cost-cup" is not a key here; write "cost-cap"/u,
    ],
    [
      'a number that is none',
      PRESENT.replace('capUsd: 20', 'capUsd: twenty'),
      /:\d+:\d+ capUsd: got "twenty"; write a number/u,
    ],
    [
      'an agent that nobody registered',
      `${PRESENT}\nagents:\n  billing-agnt:\n    rules: {}\n`,
      /there is no such agent; write one of .*\(nearest: billing-agent\)/u,
    ],
    [
      'a role that nobody holds',
      PRESENT.replace('[agent-owner, on-call-sre, security-on-call]', '[agent-ower]'),
      /there is no such role/u,
    ],
    ['what is no YAML', 'rules: [', /tripwires\.yml:1:\d+ YAML:/u],
  ])('refuses %s with its line and what to write', async (_what, text, advice) => {
    const server = await aServer();

    const refused = server.run({ tripwire: aFile('tripwires.yml', text) });

    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(advice);
  });

  it.each([
    { tripwire: '/nowhere/tripwires.yml' },
    { expect: 'maybe' },
    { from: 'yesterday' },
    { to: '2026-11-20T03:12:00' },
  ])('takes %o for wrong words', async (options) => {
    const { run } = await aServer();

    await expect(run(options)).rejects.toThrow(UsageError);
  });

  it.each([
    ['2026-11-20 03:12:04Z', '2026-11-20T03:12:04.000Z'],
    ['2026-11-20T03:12Z', '2026-11-20T03:12:00.000Z'],
    ['2026-11-20 04:12+01:00', '2026-11-20T03:12:00.000Z'],
    ['2026-11-20t03:12:04.5z', '2026-11-20T03:12:04.500Z'],
  ])('takes a time as it prints it, or as people write it: %s', async (written, meant) => {
    const { run } = await aServer();

    const { json } = await run({ from: written, to: '2026-11-20T05:00:00Z' });

    expect(json).toMatchObject({ from: meant });
  });

  it('says of an incident that nothing is known of neither that it would have been told nor that not', async () => {
    const server = await aServer();
    await aRunawayIncident(server);
    const before = { incident: 'INC-1', from: '60d', to: '59d' };

    const { text, exitCode } = await server.run(before);

    expect(exitCode).toBe(1);
    expect(text).not.toContain('would have told of the incident');
    expect(text).toContain('Unknown: without telemetry');
    expect((await server.run({ agent: 'biling-agent' })).text).toContain('is biling-agent its name?');
  });

  it('asked of an incident, takes no alert that was over before it for an answer', async () => {
    const server = await aServer();
    const untilMs = Date.now();
    const { take } = collectFindings(server.telemetry);
    const atMs = untilMs - 20 * 60 * MINUTE;
    await server.telemetry.takeRecords([aCall('unheard.of', { atMs, actionId: 'act-before' })]);
    await take(({ rule }) => rule === 'undeclared-tool');
    await aRunawayIncident(server);
    const tripwire = aFile('tripwires.yml', SILENT);

    const fires = await server.run({ tripwire, incident: 'INC-1' });
    const silent = await server.run({ tripwire, incident: 'INC-1', expect: 'silent' });

    expect(fires.json).toMatchObject({ lead: { first: null }, met: false });
    expect(fires.text).toContain('undeclared-tool');
    expect([fires.exitCode, silent.exitCode]).toEqual([1, 0]);
  });

  it('does not pass over a file that is given without --tripwire: the answer would be of other rules', async () => {
    const connection = { url: 'http://127.0.0.1:1', token: BOOTSTRAP };
    const asked = replay.run({ words: ['tripwires.yml'], options: {}, connection, say: () => undefined });

    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow('"tripwires.yml" is not understood: a file goes after --tripwire');
  });

  it('says where less than the week before is stored: what was usual is another then', async () => {
    const server = await aServer();
    await aRunawayIncident(server);

    const whole = await server.run({ agent: 'billing-agent', from: '1h' });
    const part = await server.run({ agent: 'billing-agent', from: '5d' });

    expect(whole.text).not.toContain('NOTE telemetry begins at');
    expect(part.text).toMatch(/NOTE telemetry begins at .+, less than the 7 days before that/u);
  });

  it('refuses a time that ends before it begins, and an incident that is not there', async () => {
    const { run } = await aServer();

    await expect(run({ from: '1d', to: '2d' })).rejects.toThrow('begin before the end');
    await expect(run({ incident: 'INC-9' })).rejects.toThrow('INC-9');
  });
});
