import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MinuteRollup } from '../../src/core/tripwire/rollup.js';
import { agentTable } from '../../src/telemetry/database/agent-table.js';
import { openDatabase } from '../../src/telemetry/database/open-database.js';
import { rollupTable } from '../../src/telemetry/database/rollup-table.js';

const HOUR = 495_000;
const rows: fc.Arbitrary<MinuteRollup[]> = fc.array(
  fc.record({
    series: fc.constantFrom('spend', 'spans', 'checks:stripe.refund'),
    minute: fc.integer({ min: HOUR * 60, max: HOUR * 60 + 200 }),
    value: fc.integer({ min: 1, max: 1e12 }),
  }),
);
const writings = fc.array(
  fc.record({ agentId: fc.constantFrom('billing-agent', 'support-agent'), rows, isNoted: fc.boolean() }),
);

function sumsOf(all: readonly MinuteRollup[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { series, minute, value } of all)
    sums.set(`${series} ${minute}`, (sums.get(`${series} ${minute}`) ?? 0) + value);
  return sums;
}

it('has each minute’s sum, however it was written: at once, or noted and merged later', () => {
  fc.assert(
    fc.property(writings, (written) => {
      const database = openDatabase(':memory:');
      const table = rollupTable(database, agentTable(database));
      for (const { agentId, rows: some, isNoted } of written)
        if (isNoted) table.note(agentId, some);
        else table.merge(agentId, some);

      for (const agentId of ['billing-agent', 'support-agent']) {
        const read = table.read(agentId, HOUR * 60);
        const told = written.flatMap((each) => (each.agentId === agentId ? each.rows : []));
        expect(new Map(read.map(({ series, minute, value }) => [`${series} ${minute}`, value]))).toEqual(
          sumsOf(told),
        );
      }
      database.close();
    }),
    { numRuns: 60 },
  );
});

it('keeps what was noted through a restart, and gives no minute before the one asked for', () => {
  const database = openDatabase(':memory:');
  const before = rollupTable(database, agentTable(database));
  const row = (minute: number, value: number): MinuteRollup => ({ series: 'spend', minute, value });
  before.note('billing-agent', [row(HOUR * 60, 1), row(HOUR * 60 + 1, 2)]);
  before.note('billing-agent', [row(HOUR * 60 + 1, 3)]);

  const after = rollupTable(database, agentTable(database));

  expect(after.read('billing-agent', HOUR * 60 + 1)).toEqual([row(HOUR * 60 + 1, 5)]);
  expect(after.read('billing-agent', HOUR * 60 + 1)).toHaveLength(1);
  expect(after.read('nobody', 0)).toEqual([]);
});
