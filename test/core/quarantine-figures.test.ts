import { describe, expect, it } from 'vitest';
import { foldHeldAttempt } from '../../src/core/quarantine.js';
import type { QuarantineEvent } from '../../src/core/quarantine-events.js';
import { medianWaitSeconds, quarantineFigures } from '../../src/core/quarantine-figures.js';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 20, 3, 12, seconds)).toISOString();

function held(id: string, ...events: readonly QuarantineEvent[]) {
  const digest = 'd'.repeat(64);
  const names = { agentId: 'a', tool: 't', actionClass: 'c', actionId: id };
  const data = { id, ...names, readOnly: false, digest, haltId: 'H-1', at: at(0) };
  const item = foldHeldAttempt([{ type: 'attempt:held', data, private: { parameters: {} } }, ...events]);
  return item ?? expect.fail('it was not held');
}

const released = (seconds: number): QuarantineEvent => ({
  type: 'attempt:released',
  data: { by: 'U0SRE1', at: at(seconds), digest: 'd'.repeat(64), expiresAt: at(900), holds: ['H-1'] },
});
const rejected = (seconds: number): QuarantineEvent => ({
  type: 'attempt:rejected',
  data: { by: 'U0SRE1', at: at(seconds) },
  private: { reason: 'no' },
});

describe('the figures of a quarantine', () => {
  it('count a release whatever came of it, and the wait to the first decision', () => {
    const figures = quarantineFigures([
      held('Q-1'),
      held('Q-2', released(10), { type: 'attempt:used', data: { at: at(12), claimId: 'run' } }),
      held('Q-3', released(20), { type: 'attempt:expired', data: { at: at(900) } }),
      held('Q-4', rejected(60)),
      held('Q-5', released(40), rejected(50)),
      held('Q-6', { type: 'attempt:refused', data: { at: at(5), why: 'lifted', haltId: 'H-1' } }),
    ]);

    expect(figures).toEqual({
      held: 6,
      waiting: 1,
      released: 3,
      used: 1,
      rejected: 2,
      expired: 1,
      refused: 1,
      medianWaitSeconds: 30,
    });
  });

  it('know no median while nobody has decided anything: that is not a wait of zero', () => {
    expect(quarantineFigures([held('Q-1')]).medianWaitSeconds).toBeNull();
    expect(medianWaitSeconds([])).toBeNull();
  });
});
