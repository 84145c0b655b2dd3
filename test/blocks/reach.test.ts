/** What the card says of pagers and umbrellas; whatever the state, Slack takes it and nothing in it acts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcement } from '../../blocks/announcement.js';
import { failingPagerMessage } from '../../blocks/failing-pager.js';
import { incidentCard } from '../../blocks/incident-card.js';
import { statusMessage } from '../../blocks/status.js';
import { EMPTY_CHAIN } from '../../src/core/detection-chain.js';
import type { Incident } from '../../src/core/incident.js';
import type { PagerDelivery } from '../../src/core/pager.js';
import { checkMessageBlocks } from '../../src/sandbox/slack/block-kit/check-message.js';
import { anIncidentLine, aStatus } from '../support/a-status.js';
import { hostileText } from '../support/hostile.js';
import { minute, OPENED_AT } from '../support/history.js';
import { anIncident, NOW } from '../support/slack-states.js';

const DELIVERY: PagerDelivery = {
  pager: 'pagerduty',
  orderedAt: OPENED_AT,
  toldAt: null,
  accepted: [],
  failing: null,
  said: null,
};

function cardOf(change: Partial<Incident>): string {
  const incident = anIncident(change);
  const { blocks } = incidentCard({ incident, orders: [], profiles: new Map(), owners: [], head: '1:a' });
  return JSON.stringify(blocks);
}

const pagers = (change: Partial<PagerDelivery>): Partial<Incident> => ({
  pagers: [{ ...DELIVERY, ...change }],
});
const failing = {
  verb: 'trigger',
  error: 'answered 503',
  attempts: 4,
  since: minute(1),
  final: false,
} as const;

describe('the card', () => {
  it('never says that PagerDuty paged before it has taken the page', () => {
    expect(cardOf(pagers({}))).toMatch(/PagerDuty has not taken the page of .* yet/);
    expect(cardOf(pagers({ toldAt: minute(1) }))).toMatch(/📟 PagerDuty took the page/);
  });

  it('is loud about a pager that does not take it, and says what to do', () => {
    const card = cardOf(pagers({ failing }));

    expect(card).toMatch(/🚨 \*PagerDuty does not take the page\*: answered 503, since .*, tried 4 times/);
    expect(card).toContain('Nobody is paged there: call people.');
    expect(card).not.toContain('took the page');
    expect(cardOf(pagers({ failing: { ...failing, final: true } }))).toContain('refused for good');
  });

  it('does not say that a page is on its way which nobody sends any more', () => {
    const taken = { at: minute(2), recordedBy: 'U0SRE1', source: 'pressed by U0SRE1' };
    const answered = { chain: { ...EMPTY_CHAIN, acknowledgement: taken } };

    const early = cardOf({ ...pagers({}), ...answered });
    const failed = cardOf({ ...pagers({ failing }), ...answered });
    const closed = cardOf({ ...pagers({}), closedAt: minute(9) });

    for (const card of [early, closed])
      expect(card).toContain('PagerDuty has not said that it took the page, and is not asked to any more');
    expect(closed).not.toContain('somebody');
    expect(failed).toMatch(
      /PagerDuty did not confirm the page \(answered 503, since .*\), and is not asked to/,
    );
    expect(failed).not.toMatch(/tried on|call people/);
    expect([early, failed, closed].join()).not.toContain('has not taken the page');
  });

  it('calls whoever answered there by the name that people know, as text', () => {
    const by = 'A <!channel> responder';
    const answer = {
      at: minute(2),
      recordedBy: 'pagerduty',
      source: 'acknowledged in PagerDuty by PVE0ZR9',
      by,
    };

    const card = cardOf({ chain: { ...EMPTY_CHAIN, acknowledgement: answer } });

    expect(card).toContain('acknowledged in PagerDuty by PVE0ZR9 (A &lt;!channel&gt; responder)');
  });

  it('says where PagerDuty has come to another state than the incident', () => {
    const said = (news: 'resolved' | 'unacknowledged' | 'escalated') =>
      pagers({ toldAt: minute(1), said: { news, at: minute(3) } });

    expect(cardOf(said('resolved'))).toMatch(/took the page .* · resolved there .*, this incident is not/);
    expect(cardOf(said('unacknowledged'))).toMatch(/took the page .* · nobody is on it there since/);
    expect(cardOf(said('escalated'))).not.toMatch(/resolved there|nobody is on it/);
    expect(cardOf({ ...said('resolved'), closedAt: minute(9) })).not.toContain('resolved there');
  });

  it('names the members of an umbrella, and a member its umbrella', () => {
    const members = [
      { incident: 'INC-2', agent: 'billing-agent', linkedAt: NOW, closedAt: null },
      { incident: 'INC-3', agent: null, linkedAt: NOW, closedAt: NOW },
    ];
    const umbrella = { incident: 'INC-9', ownChannel: false, linkedAt: NOW, closedAt: null };

    expect(cardOf({ isUmbrella: true, members })).toMatch(
      /Umbrella of 2 incidents\*, 1 of them closed\\nINC-2 billing-agent/,
    );
    expect(cardOf({ umbrella })).toContain(
      'Below the umbrella *INC-9*: worked in its channel and paged with it',
    );
    expect(cardOf({ umbrella: { ...umbrella, closedAt: NOW } })).toContain('This one is not.');
  });

  it('counts how often it was alerted', () => {
    const state = { incident: anIncident(), orders: [], profiles: new Map(), owners: [], head: '1:a' };

    expect(JSON.stringify(incidentCard({ ...state, alertCount: 203 }))).toContain('alerted 203 times');
    expect(JSON.stringify(incidentCard({ ...state, alertCount: 1 }))).not.toContain('alerted');
  });
});

describe('the announcement', () => {
  it('tells of a pager that wakes nobody, and of nothing that is well', () => {
    const shown = (change: Partial<Incident>): string =>
      JSON.stringify(announcement({ incident: anIncident(change), orders: [], channelId: 'C0INC7' }).blocks);

    expect(shown(pagers({ failing }))).toContain('does not take the page');
    expect(shown(pagers({ failing, toldAt: NOW }))).not.toContain('does not take');
    expect(shown(pagers({ toldAt: NOW }))).not.toContain('PagerDuty');
  });
});

describe('the message about a failing pager', () => {
  const since = minute(1);
  const health = { failing: { since, error: 'answered 503', incident: 'INC-7' }, lastAcceptedAt: null };

  it('says that nobody is woken, and turns into its end', () => {
    const fails = failingPagerMessage({ pager: 'pagerduty', since, health });
    const over = failingPagerMessage({
      pager: 'pagerduty',
      since,
      health: { failing: null, lastAcceptedAt: minute(9) },
    });

    expect(fails.text).toBe('🚨 PagerDuty does not take pages: answered 503');
    expect(JSON.stringify(fails.blocks)).toMatch(/Nobody is woken by it.*INC-7.*call people/);
    expect(over.text).toBe('✅ PagerDuty takes pages again');
  });

  it('does not come back to life when the pager fails another time', () => {
    const earlier = failingPagerMessage({ pager: 'pagerduty', since: minute(-60), health });

    expect(earlier.text).toBe('✅ PagerDuty takes pages again');
  });
});

describe('the status', () => {
  it('lists what an umbrella has below it', () => {
    const members = Array.from({ length: 20 }, (_, index) => ({ incident: `INC-${index}`, agent: 'a' }));
    const line = anIncidentLine({ name: 'INC-9', members });

    const { blocks } = statusMessage(aStatus({ incidents: [line] }), NOW);

    expect(JSON.stringify(blocks)).toMatch(/☂️ \*INC-9\*.*↳ INC-0 a · .*… 8 more/);
  });
});

it('is taken by Slack and mentions nobody, however hostile the names', () => {
  const member = fc.record({
    incident: hostileText,
    agent: fc.option(hostileText),
    linkedAt: fc.constant(NOW),
    closedAt: fc.option(fc.constant(NOW)),
  });
  const change = fc.record({
    isUmbrella: fc.boolean(),
    members: fc.array(member, { maxLength: 40 }),
    umbrella: fc.option(
      fc.record({
        incident: hostileText,
        ownChannel: fc.boolean(),
        linkedAt: fc.constant(NOW),
        closedAt: fc.option(fc.constant(NOW)),
      }),
    ),
    pagers: fc.array(
      fc.record({
        pager: hostileText,
        orderedAt: fc.constant(NOW),
        toldAt: fc.option(fc.constant(NOW)),
        accepted: fc.constant([]),
        said: fc.option(
          fc.record({
            news: fc.constantFrom('resolved' as const, 'unacknowledged' as const, 'escalated' as const),
            at: fc.constant(NOW),
          }),
        ),
        failing: fc.option(
          fc.record({
            verb: fc.constantFrom('trigger' as const, 'resolve' as const),
            error: hostileText,
            attempts: fc.nat(),
            since: fc.constant(NOW),
            final: fc.boolean(),
          }),
        ),
      }),
      { maxLength: 3 },
    ),
  });

  fc.assert(
    fc.property(change, (changed) => {
      const incident = anIncident(changed);
      const state = { incident, orders: [], profiles: new Map(), owners: [], head: '1:a', channelId: null };
      for (const { blocks } of [incidentCard(state), announcement(state)]) {
        expect(checkMessageBlocks(blocks)).toBeUndefined();
        expect(JSON.stringify(blocks)).not.toMatch(/<!(channel|here|everyone)|<@U0EVIL/);
      }
    }),
    { numRuns: 60 },
  );
});
