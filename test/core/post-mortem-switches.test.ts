import { describe, expect, it } from 'vitest';
import { systemActor } from '../../src/core/actor.js';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { draftPostMortem } from '../../src/core/post-mortem/draft.js';
import { checkDraft } from '../../src/core/post-mortem/rubric.js';
import { toMarkdown } from '../../src/core/post-mortem/to-markdown.js';
import { history, opening } from '../support/history.js';
import { AT, ordered } from '../support/halts.js';

const ABOUT = { haltId: 'H-1', pointId: 'actuator:billing-agent:vendor-switch' };
const SWITCH = {
  pointId: ABOUT.pointId,
  agentId: 'billing-agent',
  instance: 'vendor-switch',
  kind: 'actuator',
} as const;
const AGENT = {
  id: 'billing-agent',
  title: 'Billing agent',
  vendor: { name: 'Example Agent Cloud', killSwitchSlaSeconds: 60 },
  tools: [],
  consumers: [],
  transactionBearing: true,
};

function draftWith(...events: readonly HaltEvent[]): string {
  const about = { actor: systemActor('test'), actorId: 'test', occurredAt: AT, recordedAt: AT };
  const story: HaltEvent[] = [ordered([], { incident: 'INC-7', expected: [SWITCH] }), ...events];
  const planeFacts = story.map((event, index) => ({
    ...about,
    event,
    seq: index + 2,
    hash: String(index + 2).padStart(64, '0'),
  }));
  const [first] = history(opening());
  if (first === undefined) throw new Error('no opening');
  const draft = draftPostMortem({
    status: 'draft',
    facts: [{ ...first, actor: systemActor('test'), hash: '1'.padStart(64, '0') }],
    planeFacts,
    runbooks: { hash: 'a'.repeat(64), agent: AGENT, classes: [], drill: null },
  });
  if (draft === undefined) throw new Error('no draft');
  expect(checkDraft(draft, new Set([1, ...planeFacts.map(({ seq }) => seq)]))).toEqual([]);
  return toMarkdown(draft);
}

const acked: HaltEvent = {
  type: 'point:acknowledged',
  data: {
    acks: [
      {
        pointId: SWITCH.pointId,
        agentId: 'billing-agent',
        instance: 'vendor-switch',
        epoch: 1,
        level: 'quiesced',
        at: AT,
        inflight: { aborted: [], uncancellable: [], completedAfter: [] },
      },
    ],
  },
};

describe('a post-mortem with a kill switch', () => {
  it('holds the measured time against the documented one, in containment and in what the vendor owes', () => {
    const text = draftWith(acked, {
      type: 'actuator:measured',
      data: { ...ABOUT, at: AT, seconds: 71.2, slaSeconds: 60 },
    });

    expect(text).toContain('Kill switches told of H-1');
    expect(text).toMatch(/\| actuator:billing-agent:vendor-switch .*\| 60 s \| 71\.2 s \| \*\*missed\*\* \|/);
    expect(text).toContain('stopped after 71.2 s (documented: 60 s, **missed**)');
    expect(text).not.toContain('whether the vendor’s own switch was used');
  });

  it('says that nothing is proven of a switch that was never reached', () => {
    const text = draftWith({
      type: 'actuator:failed',
      data: { ...ABOUT, verb: 'halt', attempt: 8, error: 'unreachable (ECONNREFUSED)', since: AT, at: AT },
    });

    expect(text).toContain('**not proven stopped**');
    expect(text).toContain('could not be told to stop at attempt 8: unreachable');
    expect(text).toContain('it is **not proven** that it stopped the agent');
  });

  it('tells what became of it when the order was lifted', () => {
    const text = draftWith(acked, {
      type: 'actuator:released',
      data: { ...ABOUT, at: AT, outcome: 'by-hand' },
    });

    expect(text).toContain('stays stopped until somebody starts the agent again at the vendor');
  });
});
