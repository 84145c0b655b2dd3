/** Calls told by spans within one another, held against an oracle that sees them all at once. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { openEngine, type EngineDesk } from '../support/engine.js';
import { TRACE, aSpanId } from '../support/otlp.js';
import type { TestSpan } from '../support/otlp-requests.js';
import { telemetryPath } from '../support/telemetry.js';

const START = Date.parse('2026-11-13T00:00:00.000Z');
const AGENT = 'billing-agent';
const registry = loadRegistry('runbooks');

type Kind = 'refund' | 'lookup' | 'agent' | 'step';
interface Node {
  readonly kind: Kind;
  readonly parent: number;
}

/** A tree: each span's parent is one before it; the first is the agent's run. */
const trees = fc
  .array(
    fc.record({
      kind: fc.constantFrom<Kind>('refund', 'refund', 'lookup', 'agent', 'step'),
      parent: fc.nat(),
    }),
    {
      maxLength: 9,
    },
  )
  .map((nodes): Node[] => [
    { kind: 'agent', parent: -1 },
    ...nodes.map(({ kind, parent }, index) => ({ kind, parent: parent % (index + 1) })),
  ]);

/** In which order spans come, in requests of which size, which are repeated, and where the process is killed. */
const deliveries = fc.record({
  keys: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
  sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 10, maxLength: 10 }),
  repeated: fc.nat(4),
  restartAfter: fc.integer({ min: 0, max: 12 }),
  isWritten: fc.boolean(),
});

type Delivery = typeof deliveries extends fc.Arbitrary<infer T> ? T : never;
const NEVER = -1;

const isTool = (kind: Kind): boolean => kind === 'refund' || kind === 'lookup';

/** The tool calls that are not within another of the same tool, with no agent or other tool in between. */
function oracle(tree: readonly Node[]): number {
  const around = ({ parent }: Node): Node | undefined => {
    const outer = tree[parent];
    return outer?.kind === 'step' ? around(outer) : outer;
  };
  return tree.filter((node) => isTool(node.kind) && around(node)?.kind !== node.kind).length;
}

const spanOf = ({ kind, parent }: Node, index: number): TestSpan => ({
  traceId: TRACE,
  spanId: aSpanId(index + 1),
  ...(parent >= 0 && { parentSpanId: aSpanId(parent + 1) }),
  name: kind,
  startMs: START - 1000 + index,
  endMs: START - index,
  attributes: isTool(kind)
    ? { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': kind }
    : kind === 'agent'
      ? { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': AGENT }
      : { 'gen_ai.operation.name': 'plan' },
});

function requestsOf(
  tree: readonly Node[],
  { keys, sizes, repeated }: { keys: readonly number[]; sizes: readonly number[]; repeated: number },
): TestSpan[][] {
  const left = tree
    .map((node, index) => ({ span: spanOf(node, index), key: keys[index] ?? 0 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ span }) => span);
  const requests = sizes.map((size) => left.splice(0, size)).filter((spans) => spans.length > 0);
  return [...requests, ...requests.slice(repeated, repeated + 1)];
}

/** By their rollups, as the wires add them up. */
function callsIn({ tables, engine }: EngineDesk): number {
  engine.writeSums();
  const rows = [AGENT, 'test-service'].flatMap((agent) => tables.rollups.read(agent, 0));
  return rows.filter(({ series }) => series === 'spans').reduce((sum, { value }) => sum + value, 0);
}

/** The calls that are counted in the end. */
function counted(tree: readonly Node[], { restartAfter, isWritten, ...delivery }: Delivery): number {
  const path = telemetryPath();
  const open = (): EngineDesk => openEngine({ path, now: () => START, registry });
  let desk = open();
  for (const [index, spans] of requestsOf(tree, delivery).entries()) {
    desk.take(spans);
    if (index !== restartAfter) continue;
    if (isWritten) desk.engine.writeSums();
    desk.die();
    desk = open();
  }
  const calls = callsIn(desk);
  desk.die();
  return calls;
}

it('counts each call once, in whatever order and requests its spans come, and repeated', () => {
  fc.assert(
    fc.property(trees, deliveries, (tree, delivery) => {
      expect(counted(tree, { ...delivery, restartAfter: NEVER })).toBe(oracle(tree));
    }),
    { numRuns: 20 },
  );
});

it('counts none too few around a restart, and none too many where tools are within tools', () => {
  fc.assert(
    fc.property(trees, deliveries, (tree, delivery) => {
      const isPlain = tree.every(({ kind }, index) => index === 0 || isTool(kind));
      const calls = counted(tree, delivery);

      expect(calls).toBeGreaterThanOrEqual(oracle(tree));
      expect(isPlain ? calls : oracle(tree)).toBe(oracle(tree));
    }),
    { numRuns: 20 },
  );
});
