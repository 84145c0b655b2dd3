import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMPTY_CHAIN,
  gapsOf,
  largestGap,
  LINKS,
  mttdForAgents,
  standardFigures,
  type DetectionChain,
  type Link,
} from '../../src/core/detection-chain.js';
import { minute } from '../support/history.js';

const HOUR_MS = 3_600_000;

function link(minutes: number): Link {
  return { at: minute(minutes), recordedBy: 'alertmanager', source: 'alert' };
}

const anyChain: fc.Arbitrary<DetectionChain> = fc.record({
  action: fc.option(fc.integer({ min: -900, max: 900 }).map(link)),
  signal: fc.option(fc.integer({ min: -900, max: 900 }).map(link)),
  trigger: fc.option(fc.integer({ min: -900, max: 900 }).map(link)),
  page: fc.option(fc.integer({ min: -900, max: 900 }).map(link)),
  acknowledgement: fc.option(fc.integer({ min: -900, max: 900 }).map(link)),
});

describe('the detection chain', () => {
  it('shows a gap as unknown where we do not know when one of its ends was', () => {
    const chain = { ...EMPTY_CHAIN, action: link(0), trigger: link(60), page: link(61) };

    expect(gapsOf(chain).map(({ name, ms }) => [name, ms])).toEqual([
      ['instrumentation', null],
      ['tripwire', null],
      ['paging', 60_000],
      ['response', null],
    ]);
  });

  it('names the gap to close first', () => {
    const chain = {
      action: link(0),
      signal: link(5),
      trigger: link(125),
      page: link(126),
      acknowledgement: link(140),
    };

    expect(largestGap(chain)).toMatchObject({ name: 'tripwire', ms: 2 * HOUR_MS });
  });

  it('names no largest gap while nothing is known', () => {
    expect(largestGap(EMPTY_CHAIN)).toBeUndefined();
  });

  it('says how long nobody knew: from the action to the acknowledgement', () => {
    const chain = { ...EMPTY_CHAIN, action: link(0), acknowledgement: link(60) };

    expect(mttdForAgents(chain)).toBe(HOUR_MS);
  });

  it('does not say how long nobody knew when it does not know when the agent acted', () => {
    expect(mttdForAgents({ ...EMPTY_CHAIN, acknowledgement: link(60) })).toBeNull();
  });

  it("gives the industry's figures beside ours", () => {
    const chain = {
      ...EMPTY_CHAIN,
      action: link(0),
      trigger: link(30),
      page: link(31),
      acknowledgement: link(33),
    };

    expect(standardFigures(chain)).toEqual({ mttdMs: 30 * 60_000, mttaMs: 2 * 60_000 });
  });

  it('shows times that contradict each other instead of hiding them', () => {
    const chain = { ...EMPTY_CHAIN, action: link(10), signal: link(4) };

    expect(gapsOf(chain)[0]?.ms).toBe(-6 * 60_000);
  });

  it('knows a gap exactly when it knows both of its ends', () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        for (const gap of gapsOf(chain)) {
          expect(gap.ms === null).toBe(chain[gap.from] === null || chain[gap.to] === null);
        }
      }),
    );
  });

  it('calls no gap larger than the largest', () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        const known = gapsOf(chain).flatMap(({ ms }) => (ms === null ? [] : [ms]));

        expect(largestGap(chain)?.ms).toBe(known.length === 0 ? undefined : Math.max(...known));
      }),
    );
  });

  it('adds up: with every link known, the four gaps are the time that nobody knew', () => {
    fc.assert(
      fc.property(fc.tuple(...LINKS.map(() => fc.integer({ min: -900, max: 900 }))), (minutes) => {
        const [action = 0, signal = 0, trigger = 0, page = 0, acknowledgement = 0] = minutes;
        const chain = {
          action: link(action),
          signal: link(signal),
          trigger: link(trigger),
          page: link(page),
          acknowledgement: link(acknowledgement),
        };

        const sum = gapsOf(chain).reduce((total, { ms }) => total + (ms ?? 0), 0);

        expect(sum).toBe(mttdForAgents(chain));
      }),
    );
  });
});
