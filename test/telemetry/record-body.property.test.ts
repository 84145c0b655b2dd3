import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bodyOf, recordOf } from '../../src/telemetry/database/record-body.js';
import { recordKey, spanOfKey } from '../../src/telemetry/database/record-key.js';
import { actionRecords, hex } from '../support/arbitrary-records.js';

it('reads back every record as it was written', () => {
  fc.assert(
    fc.property(actionRecords, (record) => {
      const key = recordKey(record);
      const body = bodyOf(record, typeof key !== 'string');
      const row = {
        id: 1,
        key,
        at_ms: record.atMs,
        agent_id: 1,
        agent: record.agentId,
        action_id: record.actionId,
        body,
      };

      expect(recordOf(row)).toEqual(record);
    }),
    { numRuns: 500 },
  );
});

it('finds trace and span in the key of a span', () => {
  fc.assert(
    fc.property(actionRecords, hex(32), hex(16), (record, traceId, spanId) => {
      expect(spanOfKey(recordKey({ ...record, origin: 'span', traceId, spanId }))).toEqual({
        traceId,
        spanId,
      });
    }),
  );
});
