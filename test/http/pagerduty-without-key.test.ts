/**
 * What PagerDuty really posts about incidents that came by its Events API v2: `incident_key` is null, the title is the
 * summary that we sent, and whatever an integration does has an agent as well.
 */
import { describe, expect, it } from 'vitest';
import { pagerSummaryOf } from '../../src/core/pager-report.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, person } from '../support/desk.js';
import { openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { hexHmac, sender, withSource, type Answer } from '../support/posts.js';
import { closing } from '../support/rollback.js';

const SECRET = 'pd-secret';
const PATH = '/v1/alerts/pagerduty';
const RESPONDER = { id: 'PVE0ZR9', summary: 'A responder', type: 'user_reference' };
const INTEGRATION = { id: 'PXMQRWJ', summary: 'Events API V2', type: 'inbound_integration_reference' };

type Say = (news: string, change?: { agent?: object | null; at?: string; data?: object }) => Promise<Answer>;

interface Stage {
  readonly desk: HttpDesk;
  readonly name: string;
  readonly title: string;
  readonly say: Say;
}

/** An incident whose page PagerDuty has, and its webhook subscription; every service there is mapped to an agent. */
async function opened(): Promise<Stage> {
  const rules = [{ when: { service: '*' }, agent: 'support-agent', ignore: false }];
  const desk = await openHttpDesk({
    sourceSecrets: { HALTLINE_SOURCE_PAGERDUTY_SECRETS: SECRET },
    registry: withSource('pagerduty', { rules }),
  });
  const post = await sender(desk);
  const name = await openByAlert(desk.deps);
  const title = pagerSummaryOf((await readIncident(desk.deps.store, name)).incident);
  desk.clock.advance(60_000);
  let sent = 0;
  const say: Say = async (news, { agent = RESPONDER, at = desk.clock.now(), data = {} } = {}) => {
    sent += 1;
    const body = JSON.stringify({
      event: {
        id: `01FFE2FY4SONSAOFX${sent}`,
        event_type: `incident.${news}`,
        resource_type: 'incident',
        occurred_at: at,
        agent,
        client: news === 'triggered' ? { name: 'Haltline' } : null,
        data: {
          id: 'Q1KD0TLXG4S1VO',
          type: 'incident',
          html_url: 'https://acme.pagerduty.com/incidents/Q1KD0TLXG4S1VO',
          number: 15,
          status: news,
          incident_key: null,
          created_at: '2026-11-20T03:12:01Z',
          title,
          service: { id: 'P5PP4N4', summary: 'Agents', type: 'service_reference' },
          urgency: 'high',
          ...data,
        },
      },
    });
    const answer = await post(PATH, body, { 'x-pagerduty-signature': `v1=${hexHmac(SECRET, body)}` });
    expect(answer.status).toBe(200);
    return answer.json;
  };
  return { desk, name, title, say };
}

const stateOf = async ({ desk, name }: Stage) => (await readIncident(desk.deps.store, name)).incident;
const typesOf = async ({ desk, name }: Stage): Promise<string[]> =>
  (await desk.deps.store.readStream(name)).map(({ type }) => type);

describe('a page of ours that PagerDuty knows without our key', () => {
  it('is acknowledged here when somebody acknowledges it there', async () => {
    const stage = await opened();

    const answer = await stage.say('acknowledged', { at: '2026-11-20T03:12:40.546Z' });

    expect(answer.reports).toMatchObject([{ outcome: 'acknowledgement', incident: 'INC-1' }]);
    expect(await stateOf(stage)).toMatchObject({
      status: 'acknowledged',
      chain: {
        acknowledgement: {
          at: '2026-11-20T03:12:40.546Z',
          source: 'acknowledged in PagerDuty by PVE0ZR9',
          by: 'A responder',
        },
      },
    });
    const postMortem = await stage.desk.get(`/v1/incidents/${stage.name}/post-mortem.md`);
    expect(postMortem.body).toContain('Acknowledged in PagerDuty');
    expect(postMortem.body).not.toContain('A responder');
  });

  it('is no alert of PagerDuty’s own, whatever its service is mapped to', async () => {
    const stage = await opened();

    const answer = await stage.say('triggered', { agent: INTEGRATION });
    await stage.say('resolved');

    expect(answer).toMatchObject({ outcomes: [], reports: [{ outcome: 'page', incident: 'INC-1' }] });
    expect(await stage.desk.deps.store.incidents({ limit: 9 })).toHaveLength(1);
    expect((await stateOf(stage)).alerts).toHaveLength(1);
  });

  it('is known also where rules of PagerDuty put words around the title', async () => {
    const stage = await opened();

    const answer = await stage.say('acknowledged', { data: { title: `[PROD] ${stage.title} (P1)` } });

    expect(answer.reports).toMatchObject([{ outcome: 'acknowledgement', incident: 'INC-1' }]);
  });

  it.each([
    ['a title that is not ours', { title: 'INC-1: the checkout is slow' }],
    ['an incident that began long before ours, of the same number', { created_at: '2026-11-19T03:12:01Z' }],
    [
      'the key of an incident that had its number before',
      { incident_key: 'haltline:INC-1:20261119T031200Z' },
    ],
  ])('is not taken for ours by %s', async (_name, data) => {
    const stage = await opened();

    await stage.say('acknowledged', { data });

    expect((await stateOf(stage)).chain.acknowledgement).toBeNull();
  });

  it.each(['inbound_integration_reference', 'service_reference', 'incident_workflow_reference'])(
    'has nobody on it while only a %s acknowledged: pages go on',
    async (type) => {
      const stage = await opened();

      const answer = await stage.say('acknowledged', { agent: { ...INTEGRATION, type } });

      expect(answer.reports).toMatchObject([{ outcome: 'noted' }]);
      expect(await stateOf(stage)).toMatchObject({ status: 'open', chain: { acknowledgement: null } });
      expect(await typesOf(stage)).toContain('press:refused');
    },
  );
});

describe('what else PagerDuty says of a page of ours', () => {
  it('stands on the timeline and beside the page on the card, and changes nothing here', async () => {
    const stage = await opened();
    await stage.say('triggered', { agent: INTEGRATION });

    await stage.say('resolved', { at: '2026-11-20T03:12:50.000Z' });

    expect(await stateOf(stage)).toMatchObject({
      status: 'open',
      closedAt: null,
      pagers: [{ pager: 'pagerduty', said: { news: 'resolved', at: '2026-11-20T03:12:50.000Z' } }],
    });
    const clear = (await stage.desk.deps.store.readStream(stage.name)).map(({ data }) => data);
    expect(JSON.stringify(clear)).not.toContain('A responder');
    const postMortem = await stage.desk.get(`/v1/incidents/${stage.name}/post-mortem.md`);
    expect(postMortem.body).toContain('the page was resolved there, which closes nothing here');
  });

  it('is not what came before it and was only told later', async () => {
    const stage = await opened();
    await stage.say('triggered', { agent: INTEGRATION });
    await stage.say('resolved', { at: '2026-11-20T03:12:50.000Z' });

    await stage.say('escalated', { at: '2026-11-20T03:12:40.000Z' });

    expect(await stateOf(stage)).toMatchObject({ pagers: [{ said: { news: 'resolved' } }] });
  });

  it('is kept where somebody answered there after somebody else had here', async () => {
    const stage = await opened();
    const { desk, name } = stage;
    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });

    const answer = await stage.say('acknowledged', { at: '2026-11-20T03:12:05.000Z' });

    expect(answer.reports).toMatchObject([{ outcome: 'known' }]);
    expect((await stateOf(stage)).chain.acknowledgement?.source).toBe('pressed by U0SRE1');
    const timeline = await desk.get(`/v1/incidents/${name}/timeline`);
    expect(timeline.json()).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({
          type: 'pager:reported',
          data: { pager: 'pagerduty', news: 'acknowledged', at: '2026-11-20T03:12:05.000Z' },
        }),
      ]),
    });
  });

  it('is heard once, and is no news where it is the echo of our own words', async () => {
    const stage = await opened();
    const { desk, name } = stage;
    await stage.say('triggered', { agent: INTEGRATION });
    await stage.say('acknowledged');
    await stage.say('acknowledged');
    await stage.say('acknowledged', { agent: INTEGRATION });
    await closeIncident(desk.deps, closing(name, 'a test'));

    await stage.say('resolved', { agent: INTEGRATION });

    expect(await typesOf(stage)).not.toContain('pager:reported');
  });

  it('is taken at once though its source is paused: somebody who has answered is not called again', async () => {
    const stage = await opened();
    await stage.desk.post('/v1/sources/pagerduty/pause', { reason: 'noise' });

    const ours = await stage.say('acknowledged');
    const theirs = await stage.say('triggered', { data: { id: 'QOTHER', title: 'Disk full' } });

    expect([ours.post, theirs.post]).toEqual(['taken', 'held']);
    expect((await stateOf(stage)).status).toBe('acknowledged');
  });
});
