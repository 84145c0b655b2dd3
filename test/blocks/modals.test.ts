import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeModal } from '../../blocks/close-modal.js';
import { declareModal } from '../../blocks/declare-modal.js';
import { evidenceModal } from '../../blocks/evidence-modal.js';
import { haltModal } from '../../blocks/halt-modal.js';
import { helpMessage } from '../../blocks/help.js';
import { homeView } from '../../blocks/home.js';
import { liftModal } from '../../blocks/lift-modal.js';
import { linkModal } from '../../blocks/link-modal.js';
import { markModal } from '../../blocks/mark-modal.js';
import { reviewModal } from '../../blocks/review-modal.js';
import { statusMessage } from '../../blocks/status.js';
import { checkMessageBlocks } from '../../src/sandbox/slack/block-kit/check-message.js';
import { checkView } from '../../src/sandbox/slack/block-kit/check-view.js';
import { aBlindAgent, aHaltLine, anAgentLine, anIncidentLine, aStatus } from '../support/a-status.js';
import { hostileText } from '../support/hostile.js';
import { textOf } from '../support/reading-blocks.js';
import { NOW } from '../support/slack-states.js';

describe('every modal', () => {
  it('is taken by Slack whatever it is asked about', () => {
    fc.assert(
      fc.property(hostileText, fc.array(hostileText, { maxLength: 150 }), (text, agents) => {
        const message = {
          text: text.slice(0, 2_000),
          by: 'U0SRE1',
          at: NOW,
          ts: '1795144320.000100',
          permalink: null,
        };
        const views = [
          declareModal({
            agents: [...new Set(agents.filter((id) => id !== ''))],
            summary: text,
            now: NOW,
            message,
          }),
          haltModal({
            incident: text.slice(0, 40),
            proposal: { scope: { kind: 'agent', agentId: text }, why: text },
            choices: [
              { scope: { kind: 'all' }, agents, points: 3, uncovered: agents },
              ...[...new Set(agents)].map((agentId) => ({
                scope: { kind: 'agent' as const, agentId },
                agents,
                points: 3,
                uncovered: agents,
              })),
            ],
            channelId: 'C0INC7',
            isBlind: false,
          }),
          reviewModal({ haltId: 'H-1', channelId: null }),
          liftModal({ haltId: 'H-1', channelId: null }),
          markModal({ haltId: 'H-1', pointId: text.slice(0, 200), channelId: null }),
          linkModal({ incident: 'DRILL-2', link: 'signal', now: NOW, channelId: null }),
          closeModal({ incident: 'INC-7', channelId: null }),
          evidenceModal({
            what: 'step:done',
            title: 'Step done',
            question: text,
            context: { incident: 'INC-7' },
          }),
        ];

        expect(views.map((view) => checkView(JSON.parse(JSON.stringify(view)), 'modal'))).toEqual(
          views.map(() => undefined),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('brings back what it was opened for, whole', () => {
    const message = { text: '\n"\\'.repeat(700), by: 'U0SRE1', at: NOW, ts: '1', permalink: null };

    const { private_metadata: metadata } = declareModal({
      agents: [],
      summary: '',
      now: NOW,
      channelId: 'C0X',
      message,
    });

    expect(JSON.parse(metadata ?? '')).toMatchObject({
      channelId: 'C0X',
      message: { by: 'U0SRE1', ts: '1' },
    });
  });

  it('says of an exercise that it is one', () => {
    expect(JSON.stringify(closeModal({ incident: 'DRILL-2', channelId: null }))).toContain('*DRILL*');
    expect(JSON.stringify(closeModal({ incident: 'INC-2', channelId: null }))).not.toContain('*DRILL*');
  });
});

describe('what stands now', () => {
  const status = aStatus({
    incidents: [anIncidentLine()],
    halts: [aHaltLine({ received: 3, enforced: 3, quiesced: 2, settled: 2, uncovered: ['legacy-agent'] })],
    agents: [anAgentLine({ settled: 2 }), aBlindAgent('legacy-agent')],
    unguarded: ['legacy-agent'],
  });

  it('says how far each order has come, and what cannot be stopped from here', () => {
    expect(textOf(statusMessage(status, NOW)).split('\n')).toEqual([
      'What stands now',
      '🟠 *NOT CONTAINED · 2 of 4 points proven stopped · 1 order in force*',
      '*Orders in force*',
      '🟠 *H-1 all agents*  🟩🟩🟨🟥',
      '2 of 4 proven stopped (3 received, 3 enforced, 2 quiesced) · ⚠️ no proof of legacy-agent · ordered by <@U0SRE1> 2026-11-20 03:12:00 UTC',
      '*Not proven stopped*',
      '🟥 *billing-agent* guard pod-1: order received, not yet enforcing, heard 0.9 s ago',
      '*Agents and their enforcement points*',
      '🟥 *billing-agent* 2 of 4 NOT proven stopped: order received, not yet enforcing',
      '🚨 *legacy-agent* no enforcement point: Haltline cannot see or stop it',
      '*Open incidents*',
      '*INC-7* SEV1 nobody on it yet · billing-agent · <#C0INC7> · Spend &lt;!channel&gt;',
      '2026-11-20 03:17:00 UTC · epoch 3',
    ]);
  });

  it('stands on the Home tab too, beside the way to declare', () => {
    const view = homeView(status, NOW);

    expect(checkView(JSON.parse(JSON.stringify(view)), 'home')).toBeUndefined();
    expect(JSON.stringify(view)).toContain('incident:declare');
  });
});

it('help is written from the table of commands', () => {
  const help = helpMessage({
    command: '/halt',
    description: 'Stop agents',
    subcommands: [{ usage: 'all [reason]', help: 'Stops every agent now.' }],
  });

  expect(checkMessageBlocks(help.blocks)).toBeUndefined();
  expect(textOf(help)).toContain('`/halt all [reason]`\nStops every agent now.');
});
