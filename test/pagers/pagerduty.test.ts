import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOf } from '../../src/pagers/pagerduty/event.js';
import { createPagers } from '../../src/pagers/registry.js';
import type { Pager } from '../../src/pagers/types.js';
import { failing, HANGING, openEventsApi, ROUTING_KEY, type EventsApi } from '../support/events-api.js';
import { hostileText } from '../support/hostile.js';
import { aMessage, pagerDutyAt } from '../support/pagers.js';

function pagerOf(api: Pick<EventsApi, 'url'>, timeoutMs = 500): Pager {
  const { pagers } = createPagers(pagerDutyAt(api), { nowMs: Date.now, timeoutMs });
  return pagers.get('pagerduty') ?? expect.fail('no pager');
}

describe('what PagerDuty is told', () => {
  it('is an event that it takes: severity, component, class, details and links', async () => {
    const api = await openEventsApi();
    const links = [{ href: 'https://slack.com/app_redirect?channel=C1', text: 'Incident channel in Slack' }];

    const answer = await pagerOf(api).send(aMessage({ links }));

    expect(answer).toEqual({ kind: 'accepted' });
    expect(api.enqueued[0]?.event).toEqual({
      routing_key: ROUTING_KEY,
      event_action: 'trigger',
      dedup_key: 'haltline:INC-7',
      client: 'Haltline',
      payload: {
        summary: 'INC-7 SEV1: the cost-rate tripwire fired for billing-agent',
        source: 'haltline',
        severity: 'critical',
        timestamp: '2026-11-20T03:12:00.000Z',
        component: 'billing-agent',
        class: 'cost-rate',
        custom_details: {
          incident: 'INC-7',
          severity: 'sev1',
          agent: 'billing-agent',
          tripwire: 'cost-rate',
          role: 'agent-owner',
          attempt: 1,
          opened_at: '2026-11-20T03:12:00.000Z',
          action_at: 'unknown',
          triggered_at: '2026-11-20T03:10:00.000Z',
        },
      },
      links,
    });
  });

  it('acknowledges and resolves the alert of the same key', async () => {
    const api = await openEventsApi();
    const pager = pagerOf(api);

    await pager.send(aMessage());
    await pager.send(aMessage({ verb: 'acknowledge' }));
    const acknowledged = api.alert('haltline:INC-7');
    await pager.send(aMessage({ verb: 'resolve' }));

    expect([acknowledged, api.alert('haltline:INC-7')]).toEqual(['acknowledged', 'resolved']);
  });

  it.each([
    ['sev1', 'critical'],
    ['sev2', 'error'],
    ['sev3', 'warning'],
  ] as const)('is %s as %s', (severity, theirs) => {
    const event: unknown = JSON.parse(eventOf(aMessage({ severity }), ROUTING_KEY));

    expect(event).toMatchObject({ payload: { severity: theirs } });
  });

  it('is taken whatever the agent is called and however long anything is', async () => {
    const api = await openEventsApi();
    const pager = pagerOf(api);
    const long = fc.oneof(hostileText, fc.string({ unit: 'binary', minLength: 1, maxLength: 3_000 }));
    const message = fc.record({ summary: long, agent: fc.option(long), role: long }).map(aMessage);

    await fc.assert(
      fc.asyncProperty(message, async (told) => {
        fc.pre(told.summary !== '');
        expect(await pager.send(told)).toEqual({ kind: 'accepted' });
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out what would make it larger than PagerDuty takes, rather than be refused', async () => {
    const api = await openEventsApi();
    const href = `https://example.com/${'x'.repeat(2_000_000)}`;
    const role = 'r'.repeat(600_000);

    const withLink = await pagerOf(api).send(aMessage({ links: [{ href, text: 'Alert' }] }));
    const withRole = await pagerOf(api).send(aMessage({ role }));

    expect([withLink, withRole]).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(api.enqueued.map(({ text }) => text.length < 512 * 1024)).toEqual([true, true]);
  });
});

describe('what PagerDuty answers', () => {
  it.each([
    ['200 of some proxy', failing(200), 'answered 200, which does not say that it was taken'],
    [
      'a redirect',
      failing(302, { location: 'https://elsewhere.example' }),
      'answered 302: redirects are not followed',
    ],
    ['500', failing(500), 'answered 500'],
    ['503', failing(503), 'answered 503'],
    ['a reverse proxy that finds nobody', failing(404), 'answered 404'],
    ['nothing at all', HANGING, 'no answer within 0.5 s'],
  ])('%s is not a yes, and is tried again', async (_name, trouble, error) => {
    const api = await openEventsApi();
    api.trouble(trouble);

    expect(await pagerOf(api).send(aMessage())).toMatchObject({ kind: 'failed', error });
  });

  it('400 is for good: the same event would be refused again', async () => {
    const api = await openEventsApi();
    api.trouble(failing(400));

    expect(await pagerOf(api).send(aMessage())).toEqual({ kind: 'refused', error: 'refused with 400' });
  });

  it('429 is obeyed for as long as it says, but never for longer than a page is worth', async () => {
    const api = await openEventsApi();
    const pager = pagerOf(api);
    const told = [];
    for (const seconds of ['7', '3600', 'Fri, 20 Nov 2026 03:12:00 GMT']) {
      api.trouble(failing(429, { 'retry-after': seconds }));
      told.push(await pager.send(aMessage()));
    }

    expect(told).toEqual([
      { kind: 'failed', error: 'answered 429', retryAfterMs: 7_000 },
      { kind: 'failed', error: 'answered 429', retryAfterMs: 60_000 },
      { kind: 'failed', error: 'answered 429', retryAfterMs: null },
    ]);
  });

  it('is nothing where nobody listens, and says so without a word of the address', async () => {
    const api = await openEventsApi();
    await api.stop();

    expect(await pagerOf(api).send(aMessage())).toMatchObject({
      kind: 'failed',
      error: 'unreachable (ECONNREFUSED)',
    });
  });

  it('a probe asks without waking anybody', async () => {
    const api = await openEventsApi();

    expect(await pagerOf(api).probe()).toEqual({ kind: 'accepted' });
    expect(api.alert('haltline:doctor')).toBeUndefined();
  });
});

describe('a configured pager', () => {
  it.each([
    [
      'a short key',
      { routingKey: 'abc', eventsUrl: 'https://events.pagerduty.com/v2/enqueue' },
      'PAGERDUTY_ROUTING_KEY',
    ],
    [
      'http to elsewhere',
      { routingKey: ROUTING_KEY, eventsUrl: 'http://pagerduty.example/' },
      'PAGERDUTY_EVENTS_URL',
    ],
  ])('is a fault at start with %s, and the key is not repeated', (_name, pagerduty, named) => {
    const { pagers, faults } = createPagers({ pagerduty, webhook: null }, { nowMs: Date.now });

    expect(pagers.size).toBe(0);
    expect(faults).toEqual([expect.stringContaining(named)]);
    expect(faults.join()).not.toContain(pagerduty.routingKey);
  });
});
