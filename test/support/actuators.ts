/** A desk whose agents have kill switches, with the real outbox and real HTTP between them. */
import { onTestFinished } from 'vitest';
import { createActuators } from '../../src/actuators/registry.js';
import type { DeclaredActuator } from '../../src/core/agent.js';
import type { Order, PointState } from '../../src/core/containment.js';
import { expectActuators } from '../../src/operations/actuators/actuator-points.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { actuatorEffectors, createActuatorDrive } from '../../src/operations/actuators/drive-actuators.js';
import { driveUnrecorded } from '../../src/operations/actuators/drive-unrecorded.js';
import type { Effector, Outbox } from '../../src/operations/outbox/outbox-types.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { startOutbox } from '../../src/operations/outbox/run-outbox.js';
import type { Registry } from '../../src/registry/registry.js';
import type { Store } from '../../src/store/types.js';
import { openDesk, person, type Desk } from './desk.js';
import { eventually } from './halting.js';
import { RENDERED } from './outbox.js';
import { SECRET, type Receiver } from './receiver.js';

export interface ActuatorDesk extends Desk {
  /** The order once it looks as wanted. */
  until(haltId: string, wanted: (order: Order) => boolean): Promise<Order>;
  /** Two people lift it. */
  lift(haltId: string): Promise<void>;
  /** Ends it before the test does. */
  close(): Promise<void>;
  /** The process ends and another takes over the same store. */
  restart(): Promise<void>;
}

export interface ActuatorDeskOptions {
  /** By agent; `url` is added. */
  readonly actuators?: Readonly<Record<string, Partial<DeclaredActuator>>>;
  readonly timeoutMs?: number;
  readonly through?: (store: Store) => Store;
  /** Other work of the outbox. */
  readonly effectors?: Readonly<Record<string, Effector>>;
}

const SWITCH: Omit<DeclaredActuator, 'url'> = {
  name: 'vendor-switch',
  kind: 'webhook',
  secretEnv: 'HALTLINE_ACTUATOR_VENDOR',
  modes: ['deny'],
  releasable: true,
};

/** The billing agent has a switch at the receiver, unless said otherwise. */
export async function openActuatorDesk(
  receiver: Receiver,
  options: ActuatorDeskOptions = {},
): Promise<ActuatorDesk> {
  const { actuators = { 'billing-agent': {} }, through = (store: Store) => store } = options;
  const now = (): string => new Date().toISOString();
  const desk = await openDesk({ now, registry: (shipped) => withSwitches(shipped, receiver, actuators) });
  const begin = async (): Promise<{ deps: Deps; outbox: Outbox }> => {
    const loops: Outbox[] = [];
    const plane = await createHaltPlane(desk.deps.store, { now, timing: { writePatienceMs: 50 } });
    const store = through(desk.deps.store);
    const deps: Deps = { ...desk.deps, store, plane, wake: () => loops[0]?.wake() };
    const outbox = startDrive(deps, options);
    loops.push(outbox);
    return { deps, outbox };
  };
  let running = await begin();
  onTestFinished(async () => void (await running.outbox.drain(2_000)));
  return {
    ...desk,
    get deps() {
      return running.deps;
    },
    until: (haltId, wanted) => eventually(() => readOrder(desk.deps.store, haltId), wanted, 10_000),
    async lift(haltId) {
      const by = { haltId, reason: 'mended' };
      const { deps } = running;
      const { digest } = await requestLift(deps, { ...by, actor: person('U0SRE1'), person: 'U0SRE1' });
      await approveLift(deps, { haltId, digest, actor: person('U0SEC1'), person: 'U0SEC1' });
    },
    close: async () => void (await running.outbox.drain(2_000)),
    async restart() {
      running.outbox.stop();
      running = await begin();
    },
  };
}

function startDrive(deps: Deps, { timeoutMs = 400, effectors = {} }: ActuatorDeskOptions): Outbox {
  expectActuators(deps);
  const { actuators, faults } = createActuators(deps.registry.agents.values(), {
    secrets: { HALTLINE_ACTUATOR_VENDOR: SECRET },
    nowMs: Date.now,
    timeoutMs,
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const drive = createActuatorDrive(deps, actuators);
  onTestFinished(driveUnrecorded(drive));
  return startOutbox(deps, {
    effectors: { ...effectors, ...actuatorEffectors(drive) },
    reconcile: () => Promise.resolve(RENDERED),
    lanes: { actuator: { concurrency: 64, surfaceIntervalMs: 50, backoff: { baseMs: 20, capMs: 80 } } },
  });
}

/** The row of the order's actuator. */
export function switchOf(order: Order): PointState {
  const point = order.points.find(({ kind }) => kind === 'actuator');
  if (point === undefined) throw new Error(`${order.haltId} expects no actuator`);
  return point;
}

function withSwitches(
  registry: Registry,
  { url }: Receiver,
  actuators: Readonly<Record<string, Partial<DeclaredActuator>>>,
): Registry {
  const agents = [...registry.agents].map(([id, agent]) => {
    const change = actuators[id];
    return [
      id,
      change === undefined ? agent : { ...agent, actuators: [{ ...SWITCH, url, ...change }] },
    ] as const;
  });
  return { ...registry, agents: new Map(agents) };
}
