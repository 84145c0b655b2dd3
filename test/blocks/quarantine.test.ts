import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersModal, rejectModal } from '../../blocks/held-modals.js';
import { quarantineMessage, type HeldLine } from '../../blocks/quarantine.js';
import { checkMessageBlocks } from '../../src/sandbox/slack/block-kit/check-message.js';
import { checkView } from '../../src/sandbox/slack/block-kit/check-view.js';
import { hostileText } from '../support/hostile.js';
import { anOrder, NOW } from '../support/slack-states.js';

const DIGEST = 'a'.repeat(64);

function aLine(number: number, change: Partial<HeldLine> = {}): HeldLine {
  return {
    id: `Q-${number}`,
    state: 'held',
    digest: DIGEST,
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    actionClass: 'refund',
    actionId: `act-${number}`,
    at: NOW,
    expiresAt: null,
    decidedBy: null,
    ...change,
  };
}

const order = anOrder({ haltId: 'H-3', mode: 'hold', scope: { kind: 'class', actionClass: 'refund' } });

describe('the list of what an order holds', () => {
  it('counts, and offers a decision and a look per item', () => {
    const { text, blocks } = quarantineMessage({ order, items: [aLine(7)], counts: { held: 1, used: 2 } });

    expect(text).toBe('H-3 holds class refund: 1 waiting · 2 released and taken up');
    const shown = JSON.stringify(blocks);
    for (const words of ['Release Q-7', 'Reject Q-7…', 'Parameters…', 'held:release', 'held:reject'])
      expect(shown).toContain(words);
    expect(shown).toContain(JSON.stringify(JSON.stringify({ id: 'Q-7', digest: DIGEST })).slice(1, -1));
  });

  it('offers to take back what is released and not taken up, and not to release it twice', () => {
    const items = [aLine(7, { state: 'released', decidedBy: 'U0SRE1', expiresAt: NOW })];
    const shown = JSON.stringify(quarantineMessage({ order, items, counts: { released: 1 } }).blocks);

    expect(shown).toContain('released by <@U0SRE1>; its agent may take it up until');
    expect(shown).toContain('Take Q-7 back…');
    expect(shown).not.toContain('held:release');
  });

  it('shows as many as Slack takes, oldest first, each whole, and how many more there are', () => {
    const items = Array.from({ length: 30 }, (_, index) => aLine(index + 1));

    const { blocks } = quarantineMessage({ order, items, counts: { held: 57 } });

    expect(checkMessageBlocks(blocks)).toBeUndefined();
    const rows = blocks.filter((block) => block.type === 'actions');
    expect(rows).toHaveLength(20);
    expect(JSON.stringify(rows[0])).toContain('Release Q-1');
    expect(JSON.stringify(blocks)).toContain('37 more');
  });

  it('never shows buttons without the words they belong to, however long those are', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const items = Array.from({ length: 20 }, (_, index) =>
          aLine(index + 1, { agentId: name, tool: name, actionClass: name, actionId: name }),
        );
        const { blocks } = quarantineMessage({ order, items, counts: { held: 20 } });

        const before = blocks.flatMap((block, at) =>
          block.type === 'actions' ? [blocks[at - 1]?.type] : [],
        );
        expect(before.length).toBeGreaterThan(2);
        expect(new Set(before)).toEqual(new Set(['section']));
      }),
      { numRuns: 25 },
    );
  });

  it('says that nothing runs by itself once the order is lifted', () => {
    const lifted = anOrder({ ...order, lifted: { by: 'U0IC1', requestedBy: 'U0SRE1', at: NOW } });

    const shown = JSON.stringify(quarantineMessage({ order: lifted, items: [], counts: { refused: 2 } }));

    expect(shown).toContain('nothing of this runs by itself. Agents were told to ask again');
  });
});

describe('a look at the parameters', () => {
  it('hides secrets, and says that what runs is exact', () => {
    const view = parametersModal({ item: aLine(7), parameters: { amount: 10, password: 'hunter2' } });

    const shown = JSON.stringify(view);
    expect(shown).toContain('amount');
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('what runs is exact');
  });

  it('says so where they were erased', () => {
    expect(JSON.stringify(parametersModal({ item: aLine(7), parameters: undefined }))).toContain(
      'were erased',
    );
  });

  it('is taken by Slack whatever they are, and refers to nobody', () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostileText, (value, text) => {
        const parameters = { [text.slice(0, 50)]: value, text, list: Array.from({ length: 50 }, () => text) };
        const view = parametersModal({ item: aLine(7, { agentId: text, tool: text }), parameters });

        expect(checkView(JSON.parse(JSON.stringify(view)), 'modal')).toBeUndefined();
        const mrkdwn = view.blocks.flatMap((block) =>
          'text' in block && typeof block.text === 'object' ? [block.text.text] : [],
        );
        for (const each of mrkdwn) {
          expect(each).not.toMatch(/<|@(?:channel|here|everyone)\b/);
          expect(each.replaceAll(/^```|```$/g, '')).not.toContain('```');
        }
      }),
      { numRuns: 50 },
    );
  });
});

it('a rejection may say why, and goes back with what it is about', () => {
  const view = rejectModal({ id: 'Q-7', digest: DIGEST, channelId: 'C0INC7' });

  expect(checkView(JSON.parse(JSON.stringify(view)), 'modal')).toBeUndefined();
  expect(JSON.parse(view.private_metadata ?? '')).toEqual({ id: 'Q-7', digest: DIGEST, channelId: 'C0INC7' });
});
