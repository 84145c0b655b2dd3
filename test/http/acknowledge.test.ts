/** Somebody is on it, and says so elsewhere than in Slack: at a pager of the house, or with a token. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { SourceSettings } from '../../src/core/source-settings.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, person } from '../support/desk.js';
import { aToken, openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { sender, withSource, type Answer } from '../support/posts.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const RESPONDER = { id: 'rota-42', name: 'A responder' };

type Says = (data: object, type?: string) => Promise<Answer>;

/** A desk and a sender of signed webhooks; each has an id of its own. */
async function opened(settings: Partial<SourceSettings>): Promise<{ desk: HttpDesk; says: Says }> {
  const desk = await openHttpDesk({
    sourceSecrets: { HALTLINE_SOURCE_ROTA_SECRETS: SECRET },
    registry: withSource('standard-webhooks', { name: 'rota', ...settings }),
  });
  const post = await sender(desk);
  let sent = 0;
  const says: Says = async (data, type = 'page.acknowledged') => {
    const at = desk.clock.now();
    const body = JSON.stringify({ type, timestamp: at, data });
    const id = `msg_${(sent += 1)}`;
    const answer = await post('/v1/alerts/rota', body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(Date.parse(at) / 1000)),
      'webhook-signature': new Webhook(SECRET).sign(id, new Date(at), body),
    });
    expect(answer.status).toBe(200);
    return answer.json;
  };
  return { desk, says };
}

const incidentOf = async ({ deps }: HttpDesk, name: string) =>
  (await readIncident(deps.store, name)).incident;

describe('a pager of the house', () => {
  it.each([{ dedupKey: 'haltline:INC-1' }, { incident: 'INC-1' }])(
    'says by %j who is on it: that completes the chain',
    async (which) => {
      const { desk, says } = await opened({ isPager: true });
      await openByAlert(desk.deps);
      desk.clock.advance(30_000);

      const answer = await says({ ...which, by: RESPONDER });

      expect(answer).toMatchObject({
        outcomes: [],
        reports: [{ outcome: 'acknowledgement', incident: 'INC-1' }],
      });
      expect(await incidentOf(desk, 'INC-1')).toMatchObject({
        status: 'acknowledged',
        chain: {
          acknowledgement: {
            at: '2026-11-20T03:12:30.000Z',
            recordedBy: 'webhook',
            source: 'acknowledged at the webhook pager by rota-42',
          },
        },
      });
    },
  );

  it('that names no person has nobody on it', async () => {
    const { desk, says } = await opened({ isPager: true });
    await openByAlert(desk.deps);

    const answer = await says({ incident: 'INC-1' });

    expect(answer.reports).toMatchObject([{ outcome: 'noted' }]);
    expect((await incidentOf(desk, 'INC-1')).chain.acknowledgement).toBeNull();
  });

  it('is believed only where sources.yml says that it is one: whoever raises alerts must not end the paging', async () => {
    const { desk, says } = await opened({ isPager: false });
    await openByAlert(desk.deps);

    const answer = await says({ incident: 'INC-1', by: RESPONDER });

    expect(answer).toMatchObject({ outcomes: [], reports: [] });
    expect(answer.notes).toMatchObject([{ note: expect.stringContaining('pager: true') }]);
    expect(await incidentOf(desk, 'INC-1')).toMatchObject({
      status: 'open',
      chain: { acknowledgement: null },
    });
    expect(await desk.deps.store.incidents({ limit: 9 })).toHaveLength(1);
  });

  it('raises alerts by all other words', async () => {
    const { desk, says } = await opened({ isPager: true });

    const answers = [
      await says({ id: 'a', agent: 'billing-agent' }, 'refund.unreviewed'),
      await says({ id: 'b', agent: 'support-agent' }),
    ];

    expect(answers.map(({ outcomes }) => outcomes?.[0]?.outcome)).toEqual(['opened', 'opened']);
    expect(await desk.deps.store.incidents({ limit: 9 })).toHaveLength(2);
  });
});

describe('POST /v1/incidents/:id/acknowledge', () => {
  const SRE = { scopes: ['operate'], roles: ['on-call-sre'], person: 'U0SRE1' };
  const PATH = '/v1/incidents/INC-1/acknowledge';

  it('says that the person of the token is on it, also while Slack is away', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps);

    const answer = await desk.post(PATH, {}, await aToken(desk, SRE));

    expect(answer.json()).toEqual({ first: true, by: 'U0SRE1', at: desk.clock.now(), incident: 'INC-1' });
    expect(await incidentOf(desk, 'INC-1')).toMatchObject({ status: 'acknowledged' });
  });

  it('answers who was first', async () => {
    const desk = await openHttpDesk();
    const name = await openByAlert(desk.deps);
    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE2', actor: person('U0SRE2') });

    const answer = await desk.post(PATH, {}, await aToken(desk, SRE));

    expect(answer.json()).toMatchObject({ first: false, by: 'U0SRE2' });
  });

  it('refuses a token that stands for nobody, and one that may only read', async () => {
    const desk = await openHttpDesk();
    await openByAlert(desk.deps);
    const nobody = await aToken(desk, { ...SRE, person: null });
    const reader = await aToken(desk, { scopes: ['read'] });

    const answers = await Promise.all([nobody, reader].map((token) => desk.post(PATH, {}, token)));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
    expect(answers[0]?.json()).toMatchObject({ detail: expect.stringContaining('--person') });
    expect((await incidentOf(desk, 'INC-1')).chain.acknowledgement).toBeNull();
  });
});
