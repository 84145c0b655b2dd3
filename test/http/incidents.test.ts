import { describe, expect, it } from 'vitest';
import { keepPagerHealthIn } from '../../src/operations/paging/pager-health.js';
import { readFigures } from '../../src/operations/read-figures.js';
import { openByAlert } from '../support/desk.js';
import { openHttpDesk } from '../support/http-desk.js';
import { halt } from '../support/plane.js';
import { fixture } from '../support/posts.js';
import { holdRefund, order, reject, release } from '../support/quarantine.js';

describe('what can be read of incidents', () => {
  it('lists them by name, open ones first, and can leave out the closed', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps);
    await openByAlert(desk.deps, { agentId: 'stray', dedupKey: 'b' });
    await desk.deps.store.transact((tx) => tx.setIncident('incident', 2, { open: false }));

    const all = await desk.get('/v1/incidents');
    const open = await desk.get('/v1/incidents?open=true');

    expect(all.json()).toMatchObject({
      incidents: [
        { name: 'INC-1', open: true, agentId: 'billing-agent', agentLabel: null },
        { name: 'INC-2', open: false, agentId: null, agentLabel: 'stray' },
      ],
    });
    expect(open.json<{ incidents: unknown[] }>().incidents).toHaveLength(1);
  });

  it('shows a gap with an unknown end as unknown', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps, { signalAt: '2026-11-20T03:05:00.000Z' });

    const state = await desk.get('/v1/incidents/inc-1');

    expect(state.json()).toMatchObject({
      name: 'INC-1',
      gaps: [
        { name: 'instrumentation', ms: null },
        { name: 'tripwire', ms: 300_000 },
        { name: 'paging', ms: null },
        { name: 'response', ms: null },
      ],
      largestGap: 'tripwire',
      halts: [],
    });
  });

  it('gives every recorded fact with who recorded it', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps);

    const timeline = await desk.get('/v1/incidents/INC-1/timeline');

    expect(timeline.json()).toMatchObject({
      incident: 'INC-1',
      entries: [
        { type: 'incident:opened', actorId: 'alertmanager' },
        { type: 'alert:received' },
        { type: 'page:ordered' },
      ],
    });
  });

  it('gives the post-mortem to people as Markdown and to programs as JSON', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps);
    const url = '/v1/incidents/INC-1/post-mortem';
    const accept = { accept: 'application/json' };

    const plain = await desk.get(url);
    const asked = await desk.ask({ method: 'GET', url, headers: accept });
    const [md, json] = await Promise.all([desk.get(`${url}.md`), desk.get(`${url}.json`)]);

    expect(plain.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(md.body).toBe(plain.body);
    expect(asked.json()).toEqual(json.json());
    expect(md.body).toContain('INC-1');
  });
});

describe('a drill', () => {
  it('is started by whoever the request names, where the token stands for nobody', async () => {
    const desk = await openHttpDesk();
    const [drill] = desk.deps.registry.drills.keys();

    const nobody = await desk.post(`/v1/drills/${drill}/start`, {});
    const started = await desk.post(`/v1/drills/${drill}/start`, { userId: 'U0SRE1' });

    expect(nobody.statusCode).toBe(400);
    expect([started.statusCode, started.json()]).toMatchObject([201, { incident: 'DRILL-1' }]);
  });
});

describe('/metrics', () => {
  it('counts what is open and names nobody', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps);
    desk.clock.advance(5_000);

    const { body, headers } = await desk.get('/metrics', null);

    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(body).toContain('haltline_incidents_open{kind="incident"} 1\n');
    expect(body).toContain('haltline_halts_in_force 0\n');
    expect(body).toContain('haltline_enforcement_points{state="connected"} 0\n');
    expect(body).toContain('haltline_outbox_waiting 4\n');
    expect(body).toContain('haltline_outbox_oldest_seconds 5\n');
    expect(body).not.toContain('billing-agent');
  });

  it('says what is paused, what waits and which pager takes no pages, so that somebody can be alerted of it', async () => {
    const desk = await openHttpDesk();
    const deps = {
      ...desk.deps,
      settings: { ...desk.deps.settings, pagers: ['pagerduty', 'webhook'] as const },
    };
    const failing = { since: desk.clock.now(), error: 'answered 503', incident: 'INC-1' };
    await deps.store.transact((tx) =>
      keepPagerHealthIn(tx, deps, { pager: 'webhook', health: { failing, lastAcceptedAt: null } }),
    );
    await desk.post('/v1/sources/generic/pause', { reason: 'false alarms' });
    await desk.post('/v1/alerts/generic', JSON.parse(fixture('generic/least')));

    const figures = await readFigures(deps);
    const { body } = await desk.get('/metrics', null);

    expect(figures.pagers).toEqual([
      { name: 'pagerduty', isFailing: false },
      { name: 'webhook', isFailing: true },
    ]);
    expect(body).toContain('haltline_source_paused{source="generic"} 1\n');
    expect(body).toContain('haltline_source_held_posts{source="generic"} 1\n');
    expect(body).toContain('haltline_source_paused{source="grafana"} 0\n');
    expect(body).not.toContain('false alarms');
  });

  it('counts no rehearsal among the halts in force, for it denies nothing', async () => {
    const desk = await openHttpDesk();
    await halt(desk.deps, { rehearsal: true });
    const during = (await desk.get('/metrics', null)).body;
    await halt(desk.deps);

    expect(during).toContain('haltline_halts_in_force 0\n');
    expect((await desk.get('/metrics', null)).body).toContain('haltline_halts_in_force 1\n');
  });

  it('counts what is held by what became of it, and how long agents wait, which is left out while unknown', async () => {
    const desk = await openHttpDesk();
    await order(desk.deps, 'hold');
    const waits = [10_000, 30_000, 500_000];
    const items = [];
    for (const actionId of ['act-1', 'act-2', 'act-3', 'act-4'])
      items.push(await holdRefund(desk.deps, { actionId, parameters: { amount: 10 } }));
    const before = (await desk.get('/metrics', null)).body;
    for (const [index, ms] of waits.entries()) {
      desk.clock.advance(ms - (waits[index - 1] ?? 0));
      const item = items[index] ?? expect.fail('nothing is held');
      await (index === 0 ? reject(desk.deps, item) : release(desk.deps, item));
    }

    const { body } = await desk.get('/metrics', null);

    expect(before).not.toMatch(/^haltline_quarantine_wait_median_seconds /mu);
    expect(body).toContain('haltline_quarantine_attempts{state="held"} 1\n');
    expect(body).toContain('haltline_quarantine_attempts{state="released"} 2\n');
    expect(body).toContain('haltline_quarantine_attempts{state="rejected"} 1\n');
    expect(body).toContain('haltline_quarantine_attempts{state="expired"} 0\n');
    expect(body).toContain('haltline_quarantine_wait_median_seconds 30\n');
  });
});
