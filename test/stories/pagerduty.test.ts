/** A night with PagerDuty: it is down, and said to be; it comes back, pages, is answered, and Slack hears of it. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import { ask } from '../support/bot-process.js';
import { createEventsApi, failing, ROUTING_KEY, type EventsApi } from '../support/events-api.js';
import { startCli } from '../support/processes.js';
import { withBot } from '../support/story-bot.js';
import { messageShowing } from '../support/story-workspace.js';

const SECRET = 'pagerduty-webhook-secret';
const KEY = 'haltline:INC-1';
const patience = { timeoutMs: 100_000, everyMs: 200 };
const TEST_MS = 240_000;

describe('a night with PagerDuty', () => {
  let pagerDuty: EventsApi;
  const story = withBot({
    environment: async () => {
      pagerDuty = await createEventsApi();
      pagerDuty.trouble(failing(503));
      return {
        PAGERDUTY_ROUTING_KEY: ROUTING_KEY,
        PAGERDUTY_EVENTS_URL: pagerDuty.url,
        HALTLINE_SOURCE_PAGERDUTY_SECRETS: SECRET,
      };
    },
  });

  beforeAll(() => ask(story.url, '/v1/alerts/alertmanager', { body: aPayload(new Date()) }));
  afterAll(() => pagerDuty.stop());

  const shown = (words: RegExp): Promise<string> => messageShowing(story.workspace, words, patience);

  it(
    'is loud while PagerDuty does not take the page',
    async () => {
      await shown(/🚨 PagerDuty does not take pages: answered 503/);
      await shown(
        /PagerDuty does not take the page\*: answered 503, since .*Nobody is paged there: call people/,
      );
      const readiness = await ask(story.url, '/readyz');
      const doctor = startCli(['doctor'], story.settings.environment);

      expect(readiness).toMatchObject({
        status: 200,
        json: {
          ready: true,
          parts: { pagers: expect.stringMatching(/^FAILING: PagerDuty takes no pages since/) },
        },
      });
      expect(await doctor.ended).toBe(1);
      expect(doctor.said()).toMatch(/FAIL {2}PagerDuty: takes no pages since .* \(answered 503\)/);
      expect(pagerDuty.taken()).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'pages though the bot is killed meanwhile, once PagerDuty is back, and says so only then',
    async () => {
      await story.bot.stop('SIGKILL');
      pagerDuty.trouble();
      await story.startAgain();

      await story.workspace.waitFor(() => pagerDuty.alert(KEY), patience);

      expect(await shown(/📟 PagerDuty took the page/)).not.toContain('does not take the page');
      await shown(/✅ PagerDuty takes pages again/);
      expect(pagerDuty.alert(KEY)).toBe('triggered');
    },
    TEST_MS,
  );

  it(
    'completes the chain where somebody answers in PagerDuty, and the card says who and where',
    async () => {
      const { summary = '' } =
        pagerDuty.enqueued.findLast(({ event }) => event?.payload)?.event?.payload ?? {};
      const body = webhook('incident.acknowledged', summary);
      const signature = createHmac('sha256', SECRET).update(body).digest('hex');

      const response = await fetch(`${story.url}/v1/alerts/pagerduty`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-pagerduty-signature': `v1=${signature}` },
        body,
      });

      expect(response.status).toBe(200);
      await shown(/INC-1 · SEV1 · ACKNOWLEDGED.*acknowledged in PagerDuty by PLH1HKV/);
      const { json } = await ask(story.url, '/v1/incidents/INC-1');
      expect(json).toMatchObject({ chain: { acknowledgement: { recordedBy: 'pagerduty' } } });
    },
    TEST_MS,
  );

  it(
    'is found well by haltline doctor, whose probe wakes nobody',
    async () => {
      const before = pagerDuty.taken().length;
      const doctor = startCli(['doctor', '--probe'], story.settings.environment);

      await doctor.ended;

      expect(doctor.said()).toMatch(/ok {4}PagerDuty: took what it was told last at/);
      expect(doctor.said()).toContain('ok    PagerDuty: answers, and would take a page');
      expect(pagerDuty.taken().slice(before)).toEqual(['resolve haltline:doctor']);
    },
    TEST_MS,
  );
});

/** As PagerDuty posts it of what came by its Events API v2: without our key, but with our summary. */
function webhook(type: string, title: string): string {
  return JSON.stringify({
    event: {
      id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
      event_type: type,
      resource_type: 'incident',
      occurred_at: new Date().toISOString(),
      agent: { id: 'PLH1HKV', summary: 'Tenex Engineer', type: 'user_reference' },
      client: { name: 'PagerDuty' },
      data: {
        id: 'PGR0VU2',
        type: 'incident',
        html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
        number: 2,
        status: 'acknowledged',
        incident_key: null,
        created_at: new Date().toISOString(),
        title,
        service: { id: 'PF9KMXH', summary: 'API Service', type: 'service_reference' },
        urgency: 'high',
      },
    },
  });
}
