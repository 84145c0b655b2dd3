import { describe, expect, it } from 'vitest';
import { stuckSwitchMessage } from '../../blocks/stuck-switch.js';
import { applyHaltEvent, EMPTY_PLANE, type Plane } from '../../src/core/containment.js';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { AT, ordered } from '../support/halts.js';

const NAMES = Array.from({ length: 20 }, (_, index) => `switch-${index}`);

function shown(...events: readonly HaltEvent[]): string {
  const expected = NAMES.map((instance) => ({
    pointId: `actuator:a:${instance}`,
    agentId: 'a',
    instance,
    kind: 'actuator' as const,
  }));
  const order = ordered([], { expected });
  const plane = [order, ...events].reduce<Plane>(applyHaltEvent, EMPTY_PLANE);
  return JSON.stringify(stuckSwitchMessage({ order: plane.orders.get('H-1') ?? expect.fail(), now: AT }));
}

const failed = (instance: string): HaltEvent => ({
  type: 'actuator:failed',
  data: {
    haltId: 'H-1',
    pointId: `actuator:a:${instance}`,
    verb: 'release',
    attempt: 1,
    error: 'answered 500',
    since: AT,
    at: AT,
  },
});
const released = (instance: string, outcome: 'released' | 'by-hand'): HaltEvent => ({
  type: 'actuator:released',
  data: { haltId: 'H-1', pointId: `actuator:a:${instance}`, at: AT, outcome },
});

describe('the shout after a lift', () => {
  it('names the switch that may hold its agent, first of all', () => {
    const text = shown(released('switch-0', 'released'), failed('switch-19'));

    expect(text).toContain('a kill switch may still hold an agent');
    expect(text.indexOf('switch-19')).toBeLessThan(text.indexOf('switch-0:'));
    expect(text).toContain('… 8 more');
  });

  it('counts one that only the vendor can start again', () => {
    expect(shown(failed('switch-1'), released('switch-2', 'by-hand'))).toContain(
      '2 kill switches may still hold',
    );
  });

  it('is over when the last one has let its agent go', () => {
    expect(shown(failed('switch-1'), released('switch-1', 'released'))).toContain(
      'no kill switch is known to be stuck any more',
    );
  });
});
