/** Somebody answers, in Slack or at a pager, and the other side hears of it. */
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import { acknowledgeFromPager } from '../../src/operations/paging/acknowledge-from-pager.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { openByAlert, person } from '../support/desk.js';
import { openEventsApi } from '../support/events-api.js';
import { eventually } from '../support/halting.js';
import { openPagerDesk, pagerDutyAt, type PagerDesk } from '../support/pagers.js';
import { openReceiver, says, SECRET } from '../support/receiver.js';

const KEY = 'haltline:INC-1';
const told = ({ pagers }: Incident): boolean => pagers.every(({ toldAt }) => toldAt !== null);
const typesOf = async (desk: PagerDesk, name: string): Promise<string[]> =>
  (await desk.deps.store.readStream(name)).map(({ type }) => type);

/** An incident whose page PagerDuty has taken. */
async function openPaged() {
  const api = await openEventsApi();
  const desk = await openPagerDesk(pagerDutyAt(api));
  const name = await openByAlert(desk.deps);
  await desk.until(name, told);
  return { api, desk, name };
}

describe('an acknowledgement', () => {
  it('in Slack silences PagerDuty', async () => {
    const { api, desk, name } = await openPaged();

    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    await eventually(
      () => api.alert(KEY),
      (state) => state === 'acknowledged',
    );

    expect(api.taken()).toEqual([`trigger ${KEY}`, `acknowledge ${KEY}`]);
  });

  it('at PagerDuty completes the chain, says who and from where, and silences the others', async () => {
    const api = await openEventsApi();
    const receiver = await openReceiver(says(200, ''));
    const webhook = { url: receiver.url, secret: SECRET };
    const desk = await openPagerDesk({ ...pagerDutyAt(api), webhook });
    const name = await openByAlert(desk.deps);
    await desk.until(name, told);
    const at = new Date().toISOString();

    const answer = await acknowledgeFromPager(desk.deps, {
      incident: name,
      pager: 'pagerduty',
      at,
      by: { id: 'PLH1HKV', name: 'Tenex Engineer' },
    });
    await eventually(
      () => receiver.told.length,
      (count) => count === 2,
    );

    const { chain, status } = await desk.until(name, () => true);
    expect(answer).toEqual({ first: true, by: 'PLH1HKV', at, incident: name });
    expect(chain.acknowledgement).toEqual({
      at,
      recordedBy: 'pagerduty',
      source: 'acknowledged in PagerDuty by PLH1HKV',
      by: 'Tenex Engineer',
    });
    expect(status).toBe('acknowledged');
    expect(receiver.told.map(({ type }) => type)).toEqual(['page.ordered', 'page.acknowledged']);
    expect(api.taken()).toEqual([`trigger ${KEY}`]);
    const clear = (await desk.deps.store.readStream(name)).map(({ data }) => data);
    expect(JSON.stringify(clear)).not.toContain('Tenex');
  });

  it('at PagerDuty after one in Slack is answered with who was first', async () => {
    const desk = await openPagerDesk({ pagerduty: null, webhook: null });
    const name = await openByAlert(desk.deps);
    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });

    const answer = await acknowledgeFromPager(desk.deps, {
      incident: name,
      pager: 'pagerduty',
      at: '2026-05-20T14:00:00.000Z',
      by: { id: 'PLH1HKV', name: 'x' },
    });

    expect(answer).toMatchObject({ first: false, by: 'U0SRE1' });
  });

  it('by automation is nobody’s: it is noted once, and pages go on', async () => {
    const desk = await openPagerDesk({ pagerduty: null, webhook: null });
    const name = await openByAlert(desk.deps);
    const automatic = { incident: name, pager: 'pagerduty', at: '2026-05-20T14:00:00.000Z', by: null };

    const answers = [
      await acknowledgeFromPager(desk.deps, automatic),
      await acknowledgeFromPager(desk.deps, automatic),
    ];

    const { chain } = await desk.until(name, () => true);
    expect(answers).toEqual([null, null]);
    expect(chain.acknowledgement).toBeNull();
    expect((await typesOf(desk, name)).filter((type) => type === 'press:refused')).toHaveLength(1);
  });

  it('from a clock that is ahead of ours happened no later than we heard of it', async () => {
    const desk = await openPagerDesk({ pagerduty: null, webhook: null });
    const name = await openByAlert(desk.deps);

    const answer = await acknowledgeFromPager(desk.deps, {
      incident: name,
      pager: 'pagerduty',
      at: '2126-05-20T14:00:00Z',
      by: { id: 'somebody@example.com', name: 'x' },
    });

    expect(answer?.by).toBe('somebody');
    expect((answer?.at ?? '') <= new Date().toISOString()).toBe(true);
  });
});

describe('closing', () => {
  it('resolves the alert at PagerDuty', async () => {
    const { api, desk, name } = await openPaged();
    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    await changeStatus(desk.deps, { incident: name, to: 'recovered', why: '', actor: person('U0SRE1') });

    await closeIncident(desk.deps, { incident: name, userId: 'U0SRE1', why: '', actor: person('U0SRE1') });
    await eventually(
      () => api.alert(KEY),
      (state) => state === 'resolved',
    );

    expect(api.taken()).toEqual([`trigger ${KEY}`, `acknowledge ${KEY}`, `resolve ${KEY}`]);
  });
});
