import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remindOfPaused } from '../../src/operations/alerts/list-sources.js';
import { pauseSource, resumeSource } from '../../src/operations/alerts/pause-source.js';
import { takeHeldPosts } from '../../src/operations/alerts/take-held-posts.js';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { openDesk, person } from '../support/desk.js';
import { aToken, openHttpDesk } from '../support/http-desk.js';
import { fixture } from '../support/posts.js';

const PATH = '/v1/alerts/generic';
const pause = { reason: 'false alarms since the deploy' };
const alert = (id: string, change: object = {}) => ({
  alerts: [{ id, startsAt: '2026-11-20T03:00:00Z', title: id, agent: `agent-${id}`, ...change }],
});

describe('a paused source', () => {
  it('answers 200 and wakes nobody; resumed, it takes all in the order in which it came', async () => {
    const desk = await openHttpDesk();
    await desk.post('/v1/sources/generic/pause', pause);
    const held = await desk.post(PATH, alert('a'));
    await desk.post(PATH, alert('b'));
    await desk.post(PATH, alert('a', { status: 'resolved' }));
    const whilePaused = [
      await takeHeldPosts(desk.deps),
      (await desk.deps.store.incidents({ limit: 9 })).length,
    ];

    const resumed = await desk.post('/v1/sources/generic/resume', {});
    const taken = await takeHeldPosts(desk.deps);

    expect(held.statusCode).toBe(200);
    expect(held.json()).toMatchObject({ post: 'held', outcomes: [{ outcome: 'held', incident: null }] });
    expect(whilePaused).toEqual([0, 0]);
    expect([resumed.json(), taken]).toEqual([{ name: 'generic', held: 3 }, 3]);
    expect((await desk.deps.store.alert('generic:a:2026-11-20T03:00:00.000Z'))?.status).toBe('resolved');
    expect((await desk.deps.store.alert('generic:b:2026-11-20T03:00:00.000Z'))?.incident).toBe('INC-2');
    expect(await desk.deps.store.heldPostCounts()).toEqual([]);
  });

  it('lets nothing overtake what still waits', async () => {
    const desk = await openHttpDesk();
    await desk.post('/v1/sources/generic/pause', pause);
    await desk.post(PATH, alert('a'));
    await desk.post('/v1/sources/generic/resume', {});

    const resolved = await desk.post(PATH, alert('a', { status: 'resolved' }));
    await takeHeldPosts(desk.deps);

    expect(resolved.json()).toMatchObject({ post: 'held' });
    expect((await desk.deps.store.alert('generic:a:2026-11-20T03:00:00.000Z'))?.status).toBe('resolved');
  });

  it('still says at once what it cannot read', async () => {
    const desk = await openHttpDesk();
    await desk.post('/v1/sources/generic/pause', pause);

    expect((await desk.post(PATH, { alerts: [{}] })).statusCode).toBe(400);
  });

  it('hears a message once, held or taken', async () => {
    const desk = await openHttpDesk();
    const body: unknown = JSON.parse(fixture('pagerduty/triggered'));
    await desk.post('/v1/sources/pagerduty/pause', pause);
    await desk.post('/v1/alerts/pagerduty', body);

    const again = await desk.post('/v1/alerts/pagerduty', body);
    await desk.post('/v1/sources/pagerduty/resume', {});
    await takeHeldPosts(desk.deps);
    const later = await desk.post('/v1/alerts/pagerduty', body);

    expect([again.json(), later.json()]).toMatchObject([{ post: 'duplicate' }, { post: 'duplicate' }]);
  });

  it('is paused and held across a restart', async () => {
    const databasePath = join(mkdtempSync(join(tmpdir(), 'haltline-story-')), 'paused.db');
    const first = await openHttpDesk({ databasePath });
    await first.post('/v1/sources/generic/pause', pause);
    await first.post(PATH, alert('a'));
    await first.deps.store.close();

    const second = await openDesk({ databasePath });
    const commander = { ...person('U0COMMANDER'), kind: 'token' as const, roles: ['incident-commander'] };
    const resumed = await resumeSource(second.deps, { name: 'generic', actor: commander });
    await takeHeldPosts(second.deps);

    expect(resumed.held).toBe(1);
    expect(await second.deps.store.incidents({ limit: 9 })).toHaveLength(1);
  });

  it('lets the journal say that an alert had come before, and was held', async () => {
    const desk = await openHttpDesk();
    await desk.post('/v1/sources/generic/pause', pause);
    const receivedAt = desk.clock.now();
    await desk.post(PATH, alert('a'));
    desk.clock.advance(3_600_000);
    await desk.post('/v1/sources/generic/resume', {});
    await takeHeldPosts(desk.deps);

    const postMortem = await desk.get('/v1/incidents/INC-1/post-mortem.md');

    expect(postMortem.body).toContain(`it had reached us at ${receivedAt} and was held until now`);
  });

  it('is named in the log again and again', async () => {
    const desk = await openHttpDesk();
    await desk.post('/v1/sources/generic/pause', pause);

    expect(await remindOfPaused(desk.deps)).toBe(1);
    expect(desk.logged.at(-1)).toMatchObject({ level: 'warn', data: { source: 'generic', held: 0 } });
  });

  it('is listed with who paused it, why, and what waits', async () => {
    const desk = await openHttpDesk();
    await desk.post('/v1/sources/generic/pause', pause);
    await desk.post(PATH, alert('a'));

    const { sources } = (await desk.get('/v1/sources/state')).json<{ sources: { name: string }[] }>();

    expect(sources.find(({ name }) => name === 'generic')).toEqual({
      name: 'generic',
      format: 'generic',
      paused: { by: 'bootstrap', at: desk.clock.now(), reason: pause.reason },
      held: 1,
      heldSince: desk.clock.now(),
    });
    expect(sources.find(({ name }) => name === 'grafana')).toMatchObject({ paused: null, held: 0 });
  });

  it('is paused by those who command, with a reason, and once', async () => {
    const desk = await openHttpDesk();
    const path = '/v1/sources/generic/pause';
    const comms = await aToken(desk, { scopes: ['operate'], roles: ['communications-lead'] });

    const refused = await desk.post(path, pause, comms);
    const silent = await desk.post(path, { reason: ' ' });
    const unknown = await desk.post('/v1/sources/nagios/pause', pause);
    const paused = await desk.post(path, pause);
    const twice = await desk.post(path, pause);
    const running = await desk.post('/v1/sources/grafana/resume', {});

    expect([refused, silent, unknown, paused, twice, running].map(({ statusCode }) => statusCode)).toEqual([
      403, 400, 404, 200, 409, 409,
    ]);
  });

  it('has its pauses in the journal, the reason apart', async () => {
    const { deps } = await openDesk();
    const actor = { ...person('U0COMMANDER'), kind: 'token' as const, roles: ['incident-commander'] };
    await pauseSource(deps, { name: 'generic', reason: 'secret words', actor });
    await resumeSource(deps, { name: 'generic', actor });

    const entries = await deps.store.readStream('source:generic');

    expect(entries.map(({ type }) => type)).toEqual(['source:paused', 'source:resumed']);
    expect(JSON.stringify(entries.map(({ data }) => data))).not.toContain('secret words');
    expect((await deps.store.verify()).broken).toBeNull();
  });
});

describe('a storm', () => {
  const limits = { ...DEFAULT_LIMITS, perSource: { burst: 2, perSecond: 0.5 } };

  it('is stored beyond what can be taken at once, and taken in its turn: nothing is refused', async () => {
    const desk = await openHttpDesk({ http: { limits } });
    const answers = [];
    for (let posted = 0; posted < 20; posted++) answers.push(await desk.post(PATH, alert(`s${posted}`)));

    const other = await desk.post('/v1/alerts/alertmanager', { version: '4', alerts: [] });
    await takeHeldPosts(desk.deps);
    desk.clock.advance(4_000);
    const later = await desk.post(PATH, alert('later'));

    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(answers.map((answer) => answer.json<{ post: string }>().post)).toEqual([
      'taken',
      'taken',
      ...Array<string>(18).fill('held'),
    ]);
    expect([other.json(), later.json()]).toMatchObject([{ post: 'taken' }, { post: 'taken' }]);
    expect(await desk.deps.store.incidents({ limit: 99 })).toHaveLength(21);
  });

  it('counts what is repeated exactly', async () => {
    const desk = await openHttpDesk({ http: { limits } });
    for (let posted = 0; posted < 30; posted++) await desk.post(PATH, alert(`s${posted % 3}`));
    await takeHeldPosts(desk.deps);

    const rows = await Promise.all(
      ['s0', 's1', 's2'].map((id) => desk.deps.store.alert(`generic:${id}:2026-11-20T03:00:00.000Z`)),
    );

    expect(rows.map((row) => row?.count)).toEqual([10, 10, 10]);
  });
});

it('keeps a post that cannot be taken, tries it again, and lets others pass it in the end', async () => {
  const desk = await openHttpDesk();
  await desk.post('/v1/sources/generic/pause', pause);
  await desk.post(PATH, alert('a'));
  await desk.deps.store.transact((tx) =>
    tx.holdPost({ source: 'grafana', receivedAt: desk.clock.now(), body: { unreadable: true } }),
  );
  await desk.post('/v1/alerts/grafana', JSON.parse(fixture('grafana/firing')));

  for (let tick = 0; tick < 4; tick++) await takeHeldPosts(desk.deps);

  const left = await desk.deps.store.heldPostCounts();
  expect(left).toMatchObject([
    { source: 'generic', count: 1 },
    { source: 'grafana', count: 1 },
  ]);
  expect(await desk.deps.store.incidents({ limit: 9 })).toHaveLength(1);
  expect(desk.logged.some(({ level, message }) => level === 'error' && message.includes('held post'))).toBe(
    true,
  );
});
