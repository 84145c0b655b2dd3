/** Pages outside Slack, from the journal to a server that takes what PagerDuty takes, and back. */
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import { pagerKeyOf } from '../../src/core/pager-report.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { describePagers } from '../../src/operations/paging/describe-pagers.js';
import { startDrill } from '../../src/operations/drills/start-drill.js';
import { takeAlert } from '../../src/operations/alerts/take-alert.js';
import { ALERTMANAGER, anAlert, emptyRoster, openByAlert, person, setClock } from '../support/desk.js';
import { failing, HANGING, openEventsApi, ROUTING_KEY } from '../support/events-api.js';
import { eventually } from '../support/halting.js';
import { openPagerDesk, pagerDutyAt, type PagerDesk } from '../support/pagers.js';
import { openReceiver, says, SECRET } from '../support/receiver.js';

const KEY = 'haltline:INC-1';
const told = ({ pagers }: Incident): boolean => pagers.every(({ toldAt }) => toldAt !== null);
const typesOf = async (desk: PagerDesk, name: string): Promise<string[]> =>
  (await desk.deps.store.readStream(name)).map(({ type }) => type);

const backlogOf = ({ deps }: PagerDesk) => deps.store.transact((tx) => tx.effects.backlog());

/** An incident whose page PagerDuty answers so, and has. */
async function openFailing(status: number) {
  const api = await openEventsApi();
  api.trouble(failing(status));
  const desk = await openPagerDesk(pagerDutyAt(api));
  const name = await openByAlert(desk.deps);
  await desk.until(name, ({ pagers }) => pagers[0]?.failing !== null);
  return { api, desk, name };
}

describe('a page', () => {
  it('goes to PagerDuty as well, and is the Page of the chain once PagerDuty has taken it', async () => {
    const api = await openEventsApi();
    const desk = await openPagerDesk(pagerDutyAt(api));

    const name = await openByAlert(desk.deps);
    const incident = await desk.until(name, told);

    expect(api.alert(KEY)).toBe('triggered');
    expect(incident.chain.page).toMatchObject({ source: 'first page that PagerDuty accepted' });
    expect(await typesOf(desk, name)).toEqual([
      'incident:opened',
      'alert:received',
      'page:ordered',
      'pager:accepted',
    ]);
  });

  it('has one key however often it is sent, and another than an incident of the same number had before', async () => {
    const api = await openEventsApi();
    const keys = () => new Set(api.enqueued.map(({ event }) => event?.dedup_key));
    const desk = await openPagerDesk(pagerDutyAt(api));
    const name = await openByAlert(desk.deps);
    const { openedAt } = await desk.until(name, told);
    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    await eventually(
      () => api.alert(KEY),
      (state) => state === 'acknowledged',
    );
    const before = [...keys()];

    const clock = setClock('2126-11-20T03:12:00.000Z');
    const anew = await openPagerDesk(pagerDutyAt(api), { now: clock.now });
    await anew.until(await openByAlert(anew.deps), told);

    expect(before).toEqual([pagerKeyOf({ name, openedAt })]);
    expect([...keys()]).toEqual([...before, 'haltline:INC-1:21261120T031200Z']);
    expect(api.alert(KEY)).toBe('triggered');
  });

  it('is not said to be out before the 202', async () => {
    const api = await openEventsApi();
    api.trouble(HANGING);
    const desk = await openPagerDesk(pagerDutyAt(api));

    const name = await openByAlert(desk.deps);
    await eventually(
      () => api.enqueued.length,
      (count) => count > 0,
    );
    const waiting = await desk.until(name, ({ pagers }) => pagers.length === 1);

    expect(waiting.pagers[0]).toMatchObject({ pager: 'pagerduty', toldAt: null });
    expect(waiting.chain.page).toBeNull();
  });

  it('goes to every pager by itself: one that hangs holds up neither the other nor Slack', async () => {
    const api = await openEventsApi();
    api.trouble(HANGING);
    const receiver = await openReceiver(says(200, ''));
    const webhook = { url: receiver.url, secret: SECRET };
    const desk = await openPagerDesk({ ...pagerDutyAt(api), webhook }, { timeoutMs: 5_000 });

    const name = await openByAlert(desk.deps);
    const incident = await desk.until(name, ({ pagers }) => pagers.some(({ toldAt }) => toldAt !== null));

    expect(incident.pagers).toMatchObject([
      { pager: 'pagerduty', toldAt: null },
      { pager: 'webhook', toldAt: expect.any(String) },
    ]);
    const surfaces = await desk.deps.store.surfacesOf(name);
    expect(surfaces.filter(({ kind }) => kind === 'page').map(({ ts }) => ts)).toEqual(['1.1']);
  });

  it('reaches the pager where nobody holds the role in Slack, and the card says who was reached', async () => {
    const api = await openEventsApi();
    const desk = await openPagerDesk(pagerDutyAt(api), { directory: emptyRoster });

    const name = await openByAlert(desk.deps);
    const incident = await desk.until(name, told);

    expect(api.taken()).toEqual([`trigger ${KEY}`]);
    expect(incident.degraded[0]?.consequence).toBe(
      'Nobody was paged in Slack. It is left to PagerDuty, below: fill roles.yml.',
    );
  });

  it('links the first few of many alerts, each once', async () => {
    const receiver = await openReceiver(says(200, ''));
    const webhook = { url: receiver.url, secret: SECRET };
    const desk = await openPagerDesk({ pagerduty: null, webhook });
    const name = await openByAlert(desk.deps, { link: 'https://evidence.example/1' });
    await desk.until(name, told);
    const alerts = Array.from({ length: 40 }, (_, index) =>
      anAlert({ dedupKey: `${index}`, link: `https://evidence.example/${index % 20}` }),
    );
    await takeAlert(desk.deps, { alerts, actor: ALERTMANAGER });

    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    const last = await eventually(
      () => receiver.told.find(({ type }) => type === 'page.acknowledged'),
      (message) => message !== undefined,
    );

    const { data } = JSON.parse(last?.text ?? '{}') as { data: { links: { href: string }[] } };
    const hrefs = data.links.map(({ href }) => href).filter((href) => href.includes('evidence'));
    expect(hrefs).toHaveLength(10);
    expect(new Set(hrefs).size).toBe(10);
  });

  it('of a drill stays with whoever started it', async () => {
    const api = await openEventsApi();
    const desk = await openPagerDesk(pagerDutyAt(api));

    await startDrill(desk.deps, { drillId: 'invented-refunds', userId: 'U0SRE1', actor: person('U0SRE1') });
    await openByAlert(desk.deps);
    await desk.until('INC-1', told);

    expect(api.taken()).toEqual([`trigger ${KEY}`]);
  });

  it('names nobody and repeats nothing of what the alert says', async () => {
    const api = await openEventsApi();
    const desk = await openPagerDesk(pagerDutyAt(api));

    const name = await openByAlert(desk.deps, {
      title: 'secret title of jane@example.com',
      summary: 'secret summary',
      agentId: 'secret-agent-of-jane',
      labels: { note: 'secret label' },
    });
    await desk.until(name, told);

    expect(api.enqueued[0]?.text).not.toMatch(/secret|jane|U0/);
    expect(api.enqueued[0]?.text).toContain('an agent that is not in agents.yml');
  });

  it('is sent again by the process that takes over, under the same key', async () => {
    const api = await openEventsApi();
    api.trouble(HANGING);
    const desk = await openPagerDesk(pagerDutyAt(api), { timeoutMs: 60_000 });
    const name = await openByAlert(desk.deps);
    await eventually(
      () => api.enqueued.length,
      (count) => count === 1,
    );

    await api.stop();
    api.trouble();
    await api.start();
    await desk.restart();
    await desk.until(name, told);

    expect(api.taken()).toEqual([`trigger ${KEY}`]);
    expect((await typesOf(desk, name)).filter((type) => type === 'pager:accepted')).toHaveLength(1);
  });
});

describe('a pager that fails', () => {
  it('stands in the journal, on the card, at readiness and in the announcement channel, and is tried on', async () => {
    const api = await openEventsApi();
    api.trouble(failing(503));
    const desk = await openPagerDesk(pagerDutyAt(api));
    const name = await openByAlert(desk.deps);

    const failed = await desk.until(name, ({ pagers }) => (pagers[0]?.failing?.attempts ?? 0) >= 4);
    const words = await describePagers(desk.deps);
    const events = (await desk.deps.store.readStream(name)).filter(({ type }) => type === 'pager:failed');
    const since = failed.pagers[0]?.failing?.since ?? '';
    const surface = await desk.deps.store.surface(`pager-failing:pagerduty:${Date.parse(since)}`);
    api.trouble();
    const well = await desk.until(name, told);

    expect(failed.pagers[0]).toMatchObject({
      toldAt: null,
      failing: { error: 'answered 503', final: false },
    });
    expect(failed.chain.page).toBeNull();
    expect(events.length).toBeLessThanOrEqual(4);
    expect(words).toBe(`FAILING: PagerDuty takes no pages since ${since} (answered 503)`);
    expect(surface).toMatchObject({ lane: 'halt', target: 'C0ANNOUNCE' });
    expect(desk.logged).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'a pager does not take what it is told' }),
    );
    expect(well.pagers[0]?.failing).toBeNull();
    expect(await describePagers(desk.deps)).toBe('ok');
  });

  it('that refuses for good is not asked the same again, and the next page is another attempt', async () => {
    const api = await openEventsApi();
    api.trouble(failing(400));
    const desk = await openPagerDesk(pagerDutyAt(api));
    const name = await openByAlert(desk.deps);

    const refused = await desk.until(name, ({ pagers }) => pagers[0]?.failing?.final === true);
    const { waiting } = await eventually(
      () => backlogOf(desk),
      (backlog) => backlog.waiting === 0,
    );

    expect(refused.pagers[0]?.failing).toMatchObject({
      verb: 'trigger',
      error: 'refused with 400',
      attempts: 1,
    });
    expect(api.enqueued).toHaveLength(1);
    expect(waiting).toBe(0);
  });

  it('is told nothing any more about what somebody works by now', async () => {
    const { api, desk, name } = await openFailing(503);

    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    api.trouble();
    await eventually(
      () => api.taken(),
      (taken) => taken.length > 0,
    );

    expect(api.taken()).toEqual([`acknowledge ${KEY}`]);
    expect(api.alert(KEY)).toBeUndefined();
  });

  it('writes neither its key nor its address into journal or log', async () => {
    const { api, desk, name } = await openFailing(500);

    const written = JSON.stringify([await desk.deps.store.readStream(name), desk.logged]);
    expect(written).not.toContain(ROUTING_KEY);
    expect(written).not.toContain(api.url);
  });
});
