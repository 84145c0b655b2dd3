import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { ALERT_FORMATS } from '../../src/core/source-settings.js';
import { withOneChanged } from '../contracts/source.contract.js';
import { aToken, openHttpDesk } from '../support/http-desk.js';

const fixture = (path: string): string => readFileSync(`test/fixtures/alerts/${path}`, 'utf8');
const ALERTMANAGER = '/v1/alerts/alertmanager';
const GENEROUS = { ...DEFAULT_LIMITS, perSource: { burst: 1e9, perSecond: 1e9 } };

describe('POST /v1/alerts/:source', () => {
  it('answers what became of each alert, once it is stored', async () => {
    const desk = await openHttpDesk();

    const answer = await desk.post(ALERTMANAGER, JSON.parse(fixture('alertmanager/mixed-group.json')));

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      outcomes: [
        { outcome: 'opened', incident: 'INC-1', note: null },
        { outcome: 'opened', incident: 'INC-2', note: expect.stringContaining('not in agents.yml') },
        { outcome: 'ignored', incident: null },
      ],
      truncatedAlerts: 3,
      notes: [
        { note: expect.stringContaining('action_at') },
        { note: expect.stringContaining('generatorURL') },
      ],
    });
    expect(await desk.deps.store.incidents({ limit: 10 })).toHaveLength(2);
  });

  it('takes a repeat as a repeat', async () => {
    const desk = await openHttpDesk();
    const body: unknown = JSON.parse(fixture('alertmanager/firing.json'));
    await desk.post(ALERTMANAGER, body);

    const again = await desk.post(ALERTMANAGER, body);

    expect(again.json()).toMatchObject({ outcomes: [{ outcome: 'repeated', incident: 'INC-1' }] });
  });

  it('records the source as the one whose word the trigger is', async () => {
    const desk = await openHttpDesk();
    await desk.post(ALERTMANAGER, JSON.parse(fixture('alertmanager/firing.json')));

    const state = await desk.get('/v1/incidents/INC-1');

    expect(state.json()).toMatchObject({
      chain: {
        action: { at: '2026-11-20T09:41:07.000Z', recordedBy: 'alertmanager' },
        trigger: { at: '2026-11-20T10:00:00.123Z' },
        page: null,
        acknowledgement: null,
      },
      mttdForAgentsMs: null,
    });
  });

  it('needs a token with the scope for it, and only that one', async () => {
    const desk = await openHttpDesk();
    const body: unknown = JSON.parse(fixture('generic/least.json'));

    const alerts = await desk.post('/v1/alerts/generic', body, await aToken(desk, { scopes: ['alerts'] }));
    const read = await desk.post('/v1/alerts/generic', body, await aToken(desk, { scopes: ['read'] }));
    const wrong = await desk.post('/v1/alerts/generic', body, 'hlt_alerts_wrong');
    const none = await desk.post('/v1/alerts/generic', body, null);

    expect([alerts, read, wrong, none].map(({ statusCode }) => statusCode)).toEqual([200, 403, 401, 401]);
    expect(wrong.headers['www-authenticate']).toBe('Basic realm="haltline", Bearer realm="haltline"');
    expect(wrong.body).not.toContain('hlt_alerts_wrong');
  });

  it('names the formats it knows to whoever posts to another', async () => {
    const desk = await openHttpDesk();

    const answer = await desk.post('/v1/alerts/nagios', {});

    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      detail: expect.stringContaining('/v1/alerts/alertmanager, /v1/alerts/grafana'),
    });
  });

  it('points at each fault of a body', async () => {
    const desk = await openHttpDesk();

    const answer = await desk.post('/v1/alerts/generic', {
      alerts: [{ id: 'a', startsAt: 'today', title: 7 }],
    });

    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    expect(errors.map(({ pointer }) => pointer)).toEqual(['#/alerts/0/startsAt', '#/alerts/0/title']);
  });

  it('refuses the webhook of Grafana with the way to go', async () => {
    const desk = await openHttpDesk();

    const answer = await desk.post(ALERTMANAGER, { version: '1', orgId: 1, alerts: [] });

    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('/v1/alerts/grafana');
  });

  it('asks for the whole body again where one alert could not be stored, and then has nothing twice', async () => {
    const desk = await openHttpDesk();
    const broken = { ...desk.deps.store, transact: () => Promise.reject(new Error('disk full')) };
    const halfDead = await openHttpDesk({ http: { deps: { ...desk.deps, store: broken } } });
    const body: unknown = JSON.parse(fixture('generic/full.json'));

    const failed = await halfDead.post('/v1/alerts/generic', body);
    const retried = await desk.post('/v1/alerts/generic', body);

    expect(failed.statusCode).toBe(503);
    expect(failed.headers['retry-after']).toBe('5');
    expect(failed.json()).toMatchObject({ outcomes: [{ outcome: 'failed', incident: null }] });
    expect(retried.json()).toMatchObject({ outcomes: [{ outcome: 'opened', incident: 'INC-1' }] });
  });

  it('writes neither tokens nor the words of an alert to the log', async () => {
    const desk = await openHttpDesk();

    await desk.post(ALERTMANAGER, JSON.parse(fixture('alertmanager/hostile.json')));
    await desk.post(ALERTMANAGER, { version: '4', alerts: 'secret words' }, 'secret token');

    const logs = JSON.stringify([desk.doorLog, desk.logged]);
    expect(logs).not.toMatch(/bootstrap-token|secret|evil\.example/);
  });

  it.each(ALERT_FORMATS)(
    'never fails on its own side, whatever is posted to %s',
    async (name) => {
      const desk = await openHttpDesk({ http: { limits: GENEROUS } });
      const folder = `test/fixtures/alerts/${name}`;
      const bodies = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
      const changed = fc
        .tuple(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue({ maxDepth: 2 }))
        .map(([text, at, value]) => withOneChanged(text, at, value));
      const hostileText = fc
        .tuple(fc.constantFrom(...bodies), fc.nat(), fc.string({ unit: 'binary', maxLength: 600 }))
        .map(([text, at, value]) => withOneChanged(text, at, value));

      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.jsonValue({ maxDepth: 4 }), changed, hostileText), async (body) => {
          const answer = await desk.post(`/v1/alerts/${name}`, body);

          expect([200, 400]).toContain(answer.statusCode);
        }),
        { numRuns: 150 },
      );
      expect((await desk.deps.store.verify()).broken).toBeNull();
    },
    60_000,
  );
});
