import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storable } from '../../src/telemetry/database/storable.js';
import { packRecords, unpackRecords } from '../../src/telemetry/reading/record-columns.js';
import { actionRecords } from '../support/arbitrary-records.js';

it('hands records from thread to thread as they were, with the keys and bodies that their rows have', () => {
  fc.assert(
    fc.property(fc.array(actionRecords, { maxLength: 20 }), (records) => {
      const handed = unpackRecords(structuredClone(packRecords(records)));

      expect(handed).toEqual(records.map(storable));
    }),
    { numRuns: 500 },
  );
});

it('never takes two spans for one because their ids are none', () => {
  const [record] = fc.sample(actionRecords, 1);
  const odd = ['span-1', 'span-2'].flatMap((spanId) =>
    record === undefined ? [] : [{ ...record, origin: 'span' as const, traceId: 'trace-1', spanId }],
  );

  const keys = unpackRecords(packRecords(odd)).map(({ key }) => key);

  expect(new Set(keys.map(String)).size).toBe(2);
});
