import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelName, type ChannelWords } from '../../src/core/channel-name.js';

const words = (change: Partial<ChannelWords>): ChannelWords => ({
  kind: 'incident',
  number: 7,
  agent: 'billing-agent',
  cause: 'cost-rate',
  ...change,
});

describe('the name of an incident channel', () => {
  it.each([
    [words({}), 'inc-7-billing-agent-cost-rate'],
    [words({ kind: 'drill', number: 2 }), 'drill-2-billing-agent-cost-rate'],
    [words({ agent: 'Größe Łódź/ŒUVRE' }), 'inc-7-grosse-lodz-oeuvre-cost-rate'],
    [words({ agent: '<!channel>' }), 'inc-7-channel-cost-rate'],
    [words({ agent: '請求エージェント' }), 'inc-7-unknown-agent-cost-rate'],
    [words({ agent: null, cause: null }), 'inc-7-unknown-agent-unknown'],
    [words({ cause: 'complaint' }), 'inc-7-billing-agent-complaint'],
  ])('reads %o as %s', (given, expected) => {
    expect(channelName(given)).toBe(expected);
  });

  it('always keeps to the rules of Slack, and begins with the number', () => {
    const any = fc.record({
      kind: fc.constantFrom('incident' as const, 'drill' as const),
      number: fc.integer({ min: 1, max: 999_999_999 }),
      agent: fc.option(fc.string({ unit: 'binary', maxLength: 120 })),
      cause: fc.option(fc.string({ unit: 'binary', maxLength: 120 })),
    });
    fc.assert(
      fc.property(any, (given) => {
        const name = channelName(given);

        expect(name).toMatch(/^(inc|drill)-\d+-[a-z0-9][a-z0-9_-]*$/);
        expect(name.length).toBeLessThanOrEqual(80);
        expect(name).toContain(`-${given.number}-`);
      }),
    );
  });
});
