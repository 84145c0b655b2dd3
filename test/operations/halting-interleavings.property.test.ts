/** Real operations over a real store, in any order and all at once, and guards that hold what they are told. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asHalt, ordersInForce } from '../../src/core/containment.js';
import { decide } from '../../src/core/decide.js';
import type { Attempt, HaltScope, Snapshot } from '../../src/core/halt.js';
import { createHeldState, type HeldState } from '../../src/guard/held-state.js';
import { createVerifier } from '../../src/guard/verify-snapshot.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { connectPoint } from '../../src/operations/points/connect-point.js';
import { acknowledgeEpoch } from '../../src/operations/points/acknowledge-epoch.js';
import type { Deps } from '../../src/operations/deps.js';
import { readPlane } from '../../src/operations/halting/read-plane.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { person } from '../support/desk.js';
import { GUARD, halt, openPlaneDesk, type PlaneDesk } from '../support/plane.js';

const AGENTS = ['billing-agent', 'support-agent'] as const;
const TOOLS = ['stripe.refund', 'mail.send'] as const;
const tool = fc.constantFrom(...TOOLS);
const scope: fc.Arbitrary<HaltScope> = fc.oneof(
  fc.constant<HaltScope>({ kind: 'all' }),
  fc.constantFrom(...AGENTS).map((agentId): HaltScope => ({ kind: 'agent', agentId })),
  tool.map((name): HaltScope => ({ kind: 'tool', tool: name })),
);
const orderId = fc.integer({ min: 1, max: 4 }).map((number) => `H-${number}`);

type Deed =
  | { readonly kind: 'halt'; readonly scope: HaltScope }
  | { readonly kind: 'ask' | 'approve'; readonly haltId: string }
  | { readonly kind: 'connect' | 'leave' | 'quiesced'; readonly guard: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'pass'; readonly ms: number };

const guard = fc.nat({ max: 2 });
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: scope.map((each): Deed => ({ kind: 'halt', scope: each })) },
  { weight: 3, arbitrary: orderId.map((haltId): Deed => ({ kind: 'ask', haltId })) },
  { weight: 4, arbitrary: orderId.map((haltId): Deed => ({ kind: 'approve', haltId })) },
  { weight: 3, arbitrary: guard.map((each): Deed => ({ kind: 'connect', guard: each })) },
  { weight: 1, arbitrary: guard.map((each): Deed => ({ kind: 'leave', guard: each })) },
  { weight: 4, arbitrary: guard.map((each): Deed => ({ kind: 'quiesced', guard: each })) },
  fc.constant<Deed>({ kind: 'settle' }),
  fc.constantFrom(1_000, 20_000).map((ms): Deed => ({ kind: 'pass', ms })),
);
/** `together`: it is begun while what came before is still under way. */
const plans = fc.array(fc.record({ deed: deeds, together: fc.boolean() }), { minLength: 5, maxLength: 30 });

interface ModelGuard {
  readonly agentId: string;
  readonly pointId: string;
  readonly held: HeldState;
  stream: { disconnect(): Promise<void> } | undefined;
}

function guardsOf(): ModelGuard[] {
  return [0, 1, 2].map((index) => ({
    agentId: AGENTS[index % 2] ?? 'billing-agent',
    pointId: `guard-${index}`,
    held: createHeldState(),
    stream: undefined,
  }));
}

async function connect({ deps }: PlaneDesk, model: ModelGuard): Promise<void> {
  const signed = createVerifier(deps.plane.publicKey);
  const deliver = (snapshot: Snapshot): void => void model.held.accept(snapshot, signed(snapshot));
  const { agentId, pointId } = model;
  model.stream = await connectPoint(deps, { agentId, pointId, instance: pointId, boundTo: null, deliver });
}

/** It says that it denies what it holds, and no more. */
function quiesced(deps: Deps, { agentId, pointId, held }: ModelGuard): Promise<unknown> {
  const { planeId, epoch } = held.newest() ?? { planeId: 'none', epoch: 0 };
  const inflight = { aborted: [], uncancellable: [], completedAfter: [] };
  const names = { agentId, pointId, instance: pointId };
  const statement = { ...names, planeId, epoch, level: 'quiesced' as const, inflight };
  return acknowledgeEpoch(deps, { acks: [statement], actor: GUARD, boundTo: null });
}

async function doIt(desk: PlaneDesk, guards: readonly ModelGuard[], deed: Deed): Promise<unknown> {
  const { deps } = desk;
  switch (deed.kind) {
    case 'halt':
      return halt(deps, { scope: deed.scope });
    case 'ask':
      return requestLift(deps, {
        haltId: deed.haltId,
        reason: 'it is mended',
        actor: person('U0SRE1'),
        person: 'U0SRE1',
      });
    case 'approve': {
      const digest = (await readPlane(deps.store)).orders.get(deed.haltId)?.liftRequest?.digest ?? 'none';
      return approveLift(deps, {
        haltId: deed.haltId,
        digest,
        actor: person('U0SRE2'),
        person: 'U0SRE2',
      });
    }
    case 'settle':
      return settleContainment(deps);
    case 'pass':
      return desk.pass(deed.ms);
    case 'connect':
    case 'leave':
    case 'quiesced':
      return doGuard(desk, guards[deed.guard], deed.kind);
  }
}

async function doGuard(
  desk: PlaneDesk,
  model: ModelGuard | undefined,
  kind: 'connect' | 'leave' | 'quiesced',
): Promise<unknown> {
  if (model === undefined) return undefined;
  if (kind === 'quiesced') return quiesced(desk.deps, model);
  if (kind === 'connect') return model.stream === undefined ? connect(desk, model) : undefined;
  const { stream } = model;
  model.stream = undefined;
  return stream?.disconnect();
}

async function live(desk: PlaneDesk, guards: readonly ModelGuard[], plan: readonly Planned[]): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  for (const { deed, together } of plan) {
    // A refusal is an answer: too early, too late, not those two people.
    const done = doIt(desk, guards, deed).catch(() => undefined);
    underWay.push(done);
    if (!together) await done;
  }
  await Promise.all(underWay);
}

interface Planned {
  readonly deed: Deed;
  readonly together: boolean;
}

function attemptsOf(agentId: string): Attempt[] {
  return TOOLS.map((name) => ({ agentId, tool: name, actionClass: 'external-api-call', actionId: 'act-1' }));
}

it('no interleaving of halts, lifts and acks ends with an agent running that an unlifted order covers', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const desk = await openPlaneDesk();
      const guards = guardsOf();
      await live(desk, guards, plan);

      const inForce = ordersInForce(await readPlane(desk.deps.store)).map(asHalt);
      const running = guards
        .filter(({ stream }) => stream !== undefined)
        .flatMap(({ agentId, held }) =>
          attemptsOf(agentId).filter(
            (attempt) =>
              decide(attempt, inForce).verdict !== 'allow' &&
              decide(attempt, held.halts()).verdict === 'allow',
          ),
        );

      expect(running).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('never says "contained" while a guard that is connected has not said so itself', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const desk = await openPlaneDesk();
      const guards = guardsOf();
      await live(desk, guards, plan);
      await settleContainment(desk.deps);

      const orders = ordersInForce(await readPlane(desk.deps.store)).filter(
        ({ contained }) => contained !== null,
      );
      const unproven = orders.flatMap(({ points }) => points.filter(({ settledAt }) => settledAt === null));

      expect(unproven).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
