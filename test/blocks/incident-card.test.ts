import { describe, expect, it } from 'vitest';
import { incidentCard, type IncidentCardState } from '../../blocks/incident-card.js';
import { incidentUpdate } from '../../blocks/incident-update.js';
import { statusMessage } from '../../blocks/status.js';
import { channelTopic } from '../../blocks/topic.js';
import type { IncidentAlert } from '../../src/core/incident.js';
import { aStatus, anIncidentLine } from '../support/a-status.js';
import { minute } from '../support/history.js';
import { aChecklist, anIncident, anOrder, aProfile, aQuietPoint } from '../support/slack-states.js';
import { pressesOn, textOf } from '../support/reading-blocks.js';

const CONTAINED = { at: minute(1), seconds: 21, withinTarget: true };
const PROVEN = { status: 'contained', containedAt: CONTAINED.at, isContainmentProven: true } as const;

function card(change: Partial<IncidentCardState> = {}) {
  return incidentCard({
    incident: anIncident(),
    orders: [],
    profiles: new Map([['database-write', aProfile()]]),
    owners: ['U0OWNER1'],
    head: '412:9f3a',
    ...change,
  });
}

function anAlertOf(actionIds: readonly string[]): IncidentAlert {
  return {
    source: 'haltline',
    dedupKey: 'cost-rate',
    title: 'Spend is four times the median',
    summary: '',
    startsAt: minute(0),
    link: null,
    tool: null,
    actionClass: null,
    actionIds,
    resolvedAt: null,
  };
}

describe('the card at 3 in the morning', () => {
  it('opens with what a responder needs to know', () => {
    expect(textOf(card())).toMatchInlineSnapshot(`
      "INC-7 · SEV1 · NOBODY ON IT YET
      >Spend is four times the median
      >since 03:10
      *Agent*
      billing-agent
      *Owner*
      <@U0OWNER1>
      *Tripwire*
      cost-rate
      *First action*
      _unknown_
      *Detected*
      2026-11-20 03:12:00 UTC (gap _unknown_)
      *Incident commander*
      _nobody yet_
      *Communications lead*
      _nobody yet_
      *Scribe*
      _nobody yet_
      *Detection chain*  MTTD-for-Agents _unknown_
      • Action: _unknown_
      • Signal: _unknown_
      • Trigger: _unknown_
      • Page: _unknown_
      • Acknowledged: _unknown_
      ⚪ No halt ordered: agents are running
      ↩️ Rollback: no checklist open
      [I’m on it] [🛑 Halt all agents] [Halt billing-agent] [Confirm harm] [Take command]
      [Take communications]
      [Be the scribe] (static_select)
      opened 2026-11-20 03:12:00 UTC · journal \`412:9f3a\`"
    `);
  });

  it('offers the halt at once, without a dialog', () => {
    const halt = pressesOn(card()).find(({ action_id: id }) => id === 'halt:all');

    expect(halt).toMatchObject({ style: 'danger', value: '{"incident":"INC-7"}' });
    expect(halt).not.toHaveProperty('confirm');
  });

  it('says how fast it was contained once that is proven', () => {
    const order = anOrder({ points: [aQuietPoint('billing-agent', 900)], contained: CONTAINED });
    const incident = anIncident(PROVEN);

    const text = textOf(card({ incident, orders: [order] }));

    expect(text).toContain('INC-7 · SEV1 · CONTAINED in 21 s');
    expect(text).toContain('contained at 1 of 1 enforcement points in 21 s (target 30 s: met)');
  });

  it('does not take a status set by hand for proof, wherever it is said', () => {
    const incident = anIncident({ ...PROVEN, isContainmentProven: false });
    const narrow = anOrder({ points: [aQuietPoint('billing-agent', 900)], contained: CONTAINED });
    const update = { updateId: '1', by: 'U0IC1', text: 'we are on it', at: minute(2) };

    expect(textOf(card({ incident, orders: [narrow] }))).toContain('SET TO CONTAINED BY HAND, NOT PROVEN');
    for (const said of [channelTopic(incident), textOf(incidentUpdate({ incident, update }))])
      expect(said).toContain('set to contained by hand, not proven');
    expect(
      textOf(statusMessage(aStatus({ incidents: [anIncidentLine({ status: 'contained' })] }), minute(2))),
    ).toContain('SEV1 set to contained by hand, not proven');
  });

  it('does not call it contained, and no more, once the halt is lifted', () => {
    const lifted = { by: 'U0SEC1', requestedBy: 'U0SRE1', at: minute(4) };
    const order = anOrder({ points: [aQuietPoint('billing-agent', 900)], contained: CONTAINED, lifted });

    expect(textOf(card({ incident: anIncident(PROVEN), orders: [order] }))).toContain(
      'CONTAINED in 21 s, HALT LIFTED SINCE',
    );
  });

  it('counts rollback in steps over all checklists', () => {
    const step = {
      substitute: false,
      startedBy: null,
      startedAt: null,
      doneBy: 'U0DBA1',
      doneAt: minute(3),
      evidence: 'x',
    };
    const incident = anIncident({ checklists: [aChecklist({ steps: [{ stepId: 'snapshot', ...step }] })] });

    expect(textOf(card({ incident }))).toContain('Rollback 1/2 steps · 0 of 1 verified');
  });

  it('says what the workspace refused and what to do instead', () => {
    const refused = {
      part: 'topic',
      error: 'missing_scope',
      consequence: 'Read the card, or `/incident status`.',
    };

    expect(textOf(card({ incident: anIncident({ degraded: [refused] }) }))).toContain(
      '⚠️ *topic*: Read the card, or `/incident status`. (missing_scope)',
    );
  });

  it('says how to read what the agent was told and thought around the act that tripped', () => {
    const incident = anIncident({ alerts: [anAlertOf(['earlier', '0199d3c4-8f00-7000-8000-000000000001'])] });

    expect(textOf(card({ incident }))).toContain(
      '🧠 Reasoning trace: `haltline incident trace 0199d3c4-8f00-7000-8000-000000000001`',
    );
  });

  it.each(['x; rm -rf ~', '$(reboot)', '--json', 'a`b', '', 'a b', 'a\nb'])(
    'offers no command that a shell would read as something else: %j',
    (actionId) => {
      expect(textOf(card({ incident: anIncident({ alerts: [anAlertOf([actionId])] }) }))).not.toContain('🧠');
    },
  );

  it('asks the scribe for the first link that nobody recorded', () => {
    const supply = pressesOn(card()).find(({ action_id: id }) => id === 'link:supply');

    expect(supply).toMatchObject({ value: '{"incident":"INC-7","link":"action"}' });
  });
});

describe('buttons that no longer apply', () => {
  const ids = (state: Partial<IncidentCardState>) => pressesOn(card(state)).map(({ action_id: id }) => id);

  it('loses "I’m on it" once somebody is', () => {
    const link = { at: minute(2), recordedBy: 'U0SRE1', source: 'pressed by U0SRE1' };
    const incident = anIncident({ chain: { ...anIncident().chain, acknowledgement: link } });

    expect(ids({})).toContain('page:acknowledge');
    expect(ids({ incident })).not.toContain('page:acknowledge');
  });

  it('loses both halts while all agents are halted, and one while its agent is', () => {
    expect(ids({ orders: [anOrder()] })).not.toContain('halt:all');
    expect(ids({ orders: [anOrder({ scope: { kind: 'agent', agentId: 'billing-agent' } })] })).toContain(
      'halt:all',
    );
    expect(ids({ orders: [anOrder({ scope: { kind: 'agent', agentId: 'billing-agent' } })] })).not.toContain(
      'halt:agent',
    );
  });

  it('loses the claim of a role that somebody has', () => {
    const claims = pressesOn(card({ incident: anIncident({ roles: { scribe: 'U0SCRIBE1' } }) }))
      .filter(({ action_id: id }) => id === 'role:claim')
      .map(({ value }) => value);

    expect(claims).toHaveLength(2);
    expect(claims.join()).not.toContain('"scribe"');
  });

  it('keeps none but the post-mortem when it is closed', () => {
    const postMortem = { digest: 'd', permalink: 'https://slack.test/p1' };

    expect(ids({ incident: anIncident({ status: 'closed', postMortem }) })).toEqual(['post-mortem:open']);
  });
});
