import { describe, expect, it } from 'vitest';
import { Ancestry } from '../../../src/telemetry/wire/ancestry.js';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import {
  aContext,
  aSpan,
  decodeLogs,
  decodeTraces,
  logsOf,
  readSpans,
  recordOf,
  START_MS,
  tracesOf,
} from '../../support/otlp.js';

describe('whose span it is', () => {
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't' };
  const run = (agent: string) => ({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': agent });

  it('the agent that it tells, else the nearest that encloses it, else the process', () => {
    const { records } = readSpans([
      { id: 4, parent: 3, attributes: { ...tool, 'gen_ai.agent.id': 'own' } },
      { id: 5, parent: 3, attributes: tool },
      { id: 3, parent: 2, attributes: {} },
      { id: 2, parent: 1, attributes: run('inner') },
      { id: 1, attributes: run('outer') },
      { id: 6, attributes: tool },
    ]);

    expect(records.map(({ agentId }) => agentId)).toEqual(['own', 'inner', 'inner', 'outer', 'a-service']);
  });

  it('of id and name, the one that is declared', () => {
    const both = { ...tool, 'gen_ai.agent.id': 'asst_5j66', 'gen_ai.agent.name': 'billing-agent' };

    expect(recordOf({ attributes: both })?.agentId).toBe('billing-agent');
    expect(recordOf({ attributes: { ...both, 'gen_ai.agent.name': 'Nobody' } })?.agentId).toBe('asst_5j66');
  });

  it('not the agent that is only being created', () => {
    const creation = { 'gen_ai.operation.name': 'create_agent', 'gen_ai.agent.name': 'child' };

    expect(recordOf({ attributes: creation })?.agentId).toBe('a-service');
  });

  it("the token's, whatever it tells", () => {
    const { records } = readSpans([{ attributes: run('somebody-else') }], { boundAgentId: 'bound' });

    expect(records[0]?.agentId).toBe('bound');
  });

  it("its resource's, before the service", () => {
    const request = tracesOf([aSpan({ attributes: tool })], {
      'service.name': 's',
      'gen_ai.agent.id': 'of-resource',
    });

    expect(readRecords(decodeTraces(request), aContext()).records[0]?.agentId).toBe('of-resource');
  });

  it('nobody in particular, where not even the process has a name', () => {
    const request = tracesOf([aSpan({ attributes: tool })], {});

    expect(readRecords(decodeTraces(request), aContext()).records[0]?.agentId).toBe('unknown_service');
  });

  it('ends at circles', () => {
    const { records } = readSpans([
      { id: 1, parent: 2, attributes: tool },
      { id: 2, parent: 1, attributes: tool },
      { id: 3, parent: 3, attributes: tool },
    ]);

    expect(records.map(({ agentId }) => agentId)).toEqual(['a-service', 'a-service', 'a-service']);
  });

  it('cuts names that are too long and mends what the database could not give back', () => {
    const agentId = recordOf({ attributes: { ...tool, 'gen_ai.agent.id': ` ${'é'.repeat(300)}` } })?.agentId;

    expect(agentId).toBe('é'.repeat(256));
    expect(recordOf({ attributes: { ...tool, 'gen_ai.agent.id': 'a\uD800b' } })?.agentId).toBe('a\uFFFDb');
  });
});

describe('an artifact and its review', () => {
  it('is read from a span, with unknown times where they are no times', () => {
    const record = recordOf({
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'email.send',
        'agent.artifact.visibility': 'Customer',
        'agent.review.required': 'true',
        'agent.review.presented_at': '2026-11-20T03:00:00+01:00',
        'agent.review.decided_at': 1_795_143_600,
        'agent.review.reviewer': 'U1',
      },
    });

    expect(record).toMatchObject({
      kind: 'tool',
      customerVisible: true,
      review: {
        required: true,
        presentedAtMs: Date.UTC(2026, 10, 20, 2),
        decidedAtMs: null,
        reviewer: 'U1',
        approvedDigest: null,
        executedDigest: null,
        words: null,
      },
    });
  });

  it('is read from a log record of a span whose agent is known by then', () => {
    const ancestry = new Ancestry({ maxSpans: 100 });
    const context = aContext({ ancestry });
    readRecords(
      decodeTraces(
        tracesOf([
          aSpan({ id: 1, attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': 'a' } }),
        ]),
      ),
      context,
    );
    const { traceId, spanId } = aSpan({ id: 1 });
    const log = {
      traceId,
      spanId,
      attributes: [{ key: 'agent.artifact.visibility', value: { stringValue: 'internal' } }],
    };

    const { records } = readRecords(decodeLogs(logsOf([log])), context);

    expect(records).toMatchObject([
      {
        origin: 'event',
        kind: 'artifact',
        agentId: 'a',
        customerVisible: false,
        atMs: START_MS + 5000,
        review: null,
      },
    ]);
  });
});
