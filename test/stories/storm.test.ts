/** A storm at night: a thousand alerts of one cause about twelve agents, with Slack's limits on and PagerDuty listening. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { AlertOutcome } from '../../src/operations/alerts/take-alert.js';
import { createEventsApi, ROUTING_KEY, type EventsApi } from '../support/events-api.js';
import { openStage, type Stage } from '../support/stage.js';
import { textOf } from '../support/story-workspace.js';

const AGENTS = 12;
const ALERTS = 1_000;
const AT_ONCE = 20;
const STARTS_AT = new Date(Date.now() - 30_000).toISOString();
/** Beyond this a minute Slack would answer 429; a minute's worth may come at once. */
const SLACK_ALLOWS: Readonly<Record<string, number>> = { 'conversations.create': 20, 'chat.update': 50 };

describe('a storm of alerts of one cause', () => {
  let stage: Stage;
  let pagerDuty: EventsApi;
  const outcomes: AlertOutcome[] = [];
  /** How many alerts were answered when the order stood. */
  let answeredBefore = 0;

  beforeAll(async () => {
    pagerDuty = await createEventsApi();
    const pagerduty = { routingKey: ROUTING_KEY, eventsUrl: pagerDuty.url };
    stage = await openStage({
      workspace: { limitMessageRate: true },
      config: { pagers: { pagerduty, webhook: null } },
    });
    await stage.ready();
    const flooded = flood();
    answeredBefore = await halt();
    await flooded;
  }, 120_000);

  afterAll(async () => {
    await stage.close();
    await pagerDuty.stop();
  });

  /** Senders that do what they are told: again where the answer is not 200. */
  async function flood(): Promise<void> {
    let next = 0;
    const send = async (): Promise<void> => {
      for (let number = next++; number < ALERTS; number = next++) {
        for (;;) {
          const { status, json } = await stage.ask('/v1/alerts/generic', {
            body: { alerts: [alertOf(number)] },
          });
          if (status === 200) {
            outcomes.push(...(json as { outcomes: AlertOutcome[] }).outcomes);
            break;
          }
          expect(status).toBe(503);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
  }

  function alertOf(number: number) {
    const agent = `fleet-agent-${number % AGENTS}`;
    return {
      id: `AgentSpendRate/${agent}`,
      startsAt: STARTS_AT,
      title: `${agent} spends four times its median`,
      agent,
      tripwire: 'cost-rate',
      labels: { alertname: 'AgentSpendRate' },
    };
  }

  /** In the middle of it somebody types `/halt`. */
  async function halt(): Promise<number> {
    await stage.until(() => (outcomes.length > 50 ? true : undefined), 'the storm to be under way');
    await stage.workspace
      .person('U0SRE1')
      .slash('/halt', 'tool stripe.refund storm', { channel: 'agent-incidents' });
    await stage.until(async () => {
      const { json } = await stage.ask('/v1/status');
      return (json as { halts: unknown[] }).halts.length > 0 ? true : undefined;
    }, 'the order to stand');
    return outcomes.length;
  }

  const incidentNamed = async (name: string): Promise<Incident> =>
    (await stage.ask(`/v1/incidents/${name}`)).json as Incident;

  it('is answered alert by alert, and every alert is counted', async () => {
    const card = (await incidentNamed('INC-1')).alerts[0]?.dedupKey;

    expect(outcomes).toHaveLength(ALERTS);
    expect(outcomes.filter(({ outcome }) => outcome === 'opened')).toHaveLength(AGENTS);
    expect(outcomes.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(ALERTS - AGENTS);
    expect(card).toContain('AgentSpendRate/fleet-agent-');
  });

  it('opens one incident an agent, and one umbrella for all of them', async () => {
    const { json } = await stage.ask('/v1/incidents');
    const { incidents } = json as { incidents: { name: string; agentLabel: string | null }[] };
    const umbrella = await incidentNamed('INC-6');

    expect(incidents).toHaveLength(AGENTS + 1);
    expect(new Set(incidents.map(({ agentLabel }) => agentLabel)).size).toBe(AGENTS + 1);
    expect(umbrella.isUmbrella).toBe(true);
    expect(umbrella.members).toHaveLength(AGENTS);
  });

  it('makes a channel for those before the threshold and one for all the rest', async () => {
    const channels = await stage.until(async () => {
      const made = (await stage.workspace.channels()).filter(({ name }) => name.startsWith('inc-'));
      return made.length >= 6 ? made : undefined;
    }, 'the channels');

    expect(channels.map(({ name }) => name).toSorted()).toContain('inc-6-fleet-cost-rate');
    expect(channels).toHaveLength(6);
  });

  it('shows the members on the umbrella’s card, and each member’s own card below it', async () => {
    const channel = (await stage.workspace.channels()).find(({ name }) => name === 'inc-6-fleet-cost-rate');
    const card = await stage.messageWith(channel?.id ?? '', `Umbrella of ${AGENTS} incidents`);

    const below = await stage.until(async () => {
      const thread = await stage.workspace.thread(card.channel, card.ts);
      const cards = thread.filter((message) => /INC-(7|8|9|1\d) · SEV1/.test(message.text));
      return cards.length === AGENTS - 5 ? cards : undefined;
    }, 'the cards of the members');

    expect(below.every((message) => textOf(message).includes('Below the umbrella *INC-6*'))).toBe(true);
  });

  it('pages PagerDuty once for each that stands alone and once for all the rest', async () => {
    const taken = await stage.until(
      () => (pagerDuty.taken().length >= 6 ? pagerDuty.taken() : undefined),
      'PagerDuty to be paged',
    );

    expect(new Set(taken)).toEqual(
      new Set([1, 2, 3, 4, 5, 6].map((number) => `trigger haltline:INC-${number}`)),
    );
  });

  it('does not hold up a halt: the order stands long before the storm is over', () => {
    expect(answeredBefore).toBeLessThan(ALERTS);
  });

  it('costs Slack no more calls than Slack allows', () => {
    const calls = stage.workspace.calls({});
    for (const [method, allowed] of Object.entries(SLACK_ALLOWS)) {
      expect(calls.filter((call) => call.method === method).length).toBeLessThanOrEqual(2 * allowed);
    }
  });

  it('leaves a journal that holds', async () => {
    const { chain } = await incidentNamed('INC-7');
    const entries = await stage.entries('INC-7');

    expect(chain.trigger?.at).toBe(STARTS_AT);
    expect(chain.page).toMatchObject({ source: 'page of the umbrella INC-6' });
    expect(entries.map(({ type }) => type)).toContain('umbrella:linked');
  });
});
