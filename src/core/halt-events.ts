/** Everything that can happen to halts and enforcement points: what the `plane` stream holds. */
import { z } from 'zod';
import { HaltMode, HaltScope } from './halt.js';
import { Instant } from './ids.js';

/**
 * How far an enforcement point has come with an epoch. `received`: it holds the state. `enforced`: its
 * self-probe was denied. `quiesced`: nothing that the orders cover is still running there.
 */
export const AckLevel = z.enum(['received', 'enforced', 'quiesced']);
export type AckLevel = z.infer<typeof AckLevel>;

/**
 * What was in flight when the halt arrived, by action id. Never shown as stopped when it was not. In the order in which
 * the journal writes them: ten thousand guards answer at once.
 */
export const InFlight = z.object({
  aborted: z.array(z.string()).default([]),
  completedAfter: z.array(z.string()).default([]),
  uncancellable: z.array(z.string()).default([]),
});
export type InFlight = z.infer<typeof InFlight>;

/**
 * What refuses attempts there. A guard runs beside its agent and holds a lease. A gateway asks us for each attempt,
 * an actuator is told to stop the agent from outside; neither holds a lease, so silence of theirs proves nothing.
 */
export const PointKind = z.enum(['guard', 'gateway', 'actuator']);
export type PointKind = z.infer<typeof PointKind>;

/** An enforcement point as the order found it. */
export const ExpectedPoint = z.object({
  pointId: z.string(),
  agentId: z.string(),
  instance: z.string(),
  kind: PointKind.default('guard'),
});
export type ExpectedPoint = z.infer<typeof ExpectedPoint>;

/** Which enforcement point, of which agent, and which run of it. */
export type PointName = Pick<ExpectedPoint, 'pointId' | 'agentId' | 'instance'>;

/** A statement of one guard about one epoch. */
export const Ack = z.object({
  pointId: z.string(),
  agentId: z.string(),
  instance: z.string(),
  epoch: z.number().int().nonnegative(),
  level: AckLevel,
  inflight: InFlight,
  at: Instant,
});
export type Ack = z.infer<typeof Ack>;

const none = z.null().optional();

function event<T extends string, D extends z.ZodType, P extends z.ZodType>(type: T, data: D, secret: P) {
  return z.object({ type: z.literal(type), data, private: secret });
}

/** What a tripwire would halt, and how many such orders there may be in an hour. */
const ByTripwire = z.object({
  tripwire: z.string(),
  scope: HaltScope,
  at: Instant,
  incident: z.string().nullable(),
  haltsPerHour: z.number().int(),
});

export const HaltEvent = z.discriminatedUnion('type', [
  event(
    'halt:ordered',
    z.object({
      haltId: z.string(),
      scope: HaltScope,
      mode: HaltMode,
      orderedBy: z.string(),
      at: Instant,
      epoch: z.number().int(),
      /** `INC-7`; null for an order outside any incident. */
      incident: z.string().nullable(),
      /** Slack channel in which it was ordered; null where it came by CLI or HTTP. */
      originChannel: z.string().nullable(),
      /** An exercise: it stops nobody. Alone, it is a record; with `rehearsal`, every point hears of it. */
      drill: z.boolean(),
      /** Reaches every point, is answered and measured by each, and denies nothing; ends by itself. */
      rehearsal: z.boolean().default(false),
      /** Ordered by somebody without a role, as roles.yml allows: has to be reviewed. */
      breakGlass: z.boolean().default(false),
      /** When people want to be asked whether it is still needed. It stands past that time. */
      reviewAt: Instant.nullable().default(null),
      /** The 30-second clock runs from confirmed harm where somebody confirmed it, else from the order. */
      clockStartedAt: Instant,
      expected: z.array(ExpectedPoint),
      /** Agents in scope for which no enforcement point holds a lease: nothing can be proven about them. */
      uncovered: z.array(z.string()),
      /** True when the write failed first and the order was broadcast from memory (design §2). */
      recordedLate: z.boolean(),
    }),
    z.object({ reason: z.string() }).nullable(),
  ),
  event('point:acknowledged', z.object({ acks: z.array(Ack) }), none),
  event(
    'point:lease-expired',
    z.object({ pointId: z.string(), instance: z.string(), lastHeartbeatAt: Instant, provenAt: Instant }),
    none,
  ),
  event('point:left', z.object({ pointId: z.string(), instance: z.string(), at: Instant }), none),
  event(
    'point:marked',
    z.object({ haltId: z.string(), pointId: z.string(), by: z.string(), at: Instant }),
    z.object({ reason: z.string() }).nullable(),
  ),
  event(
    'halt:contained',
    z.object({ haltId: z.string(), at: Instant, seconds: z.number(), withinTarget: z.boolean() }),
    none,
  ),
  /** A point came back and reported work that still runs: "contained" was not true. */
  event(
    'halt:withdrawn',
    z.object({ haltId: z.string(), pointId: z.string(), at: Instant, running: z.array(z.string()) }),
    none,
  ),
  /** The target passed with a point still short. */
  event('halt:missed', z.object({ haltId: z.string(), at: Instant, short: z.array(z.string()) }), none),
  /** Another incident leans on an order that was in force already. */
  event('halt:joined', z.object({ haltId: z.string(), incident: z.string() }), none),
  /** The review time has passed: the order stands, and somebody is asked. `round` counts the asking. */
  event(
    'halt:review-due',
    z.object({ haltId: z.string(), at: Instant, reviewAt: Instant, round: z.number().int() }),
    none,
  ),
  /** Somebody said that it is still needed. */
  event(
    'halt:review-set',
    z.object({ haltId: z.string(), by: z.string(), at: Instant, reviewAt: Instant }),
    none,
  ),
  /** Somebody in command looked at an order that was given without a role. */
  event(
    'halt:reviewed',
    z.object({ haltId: z.string(), by: z.string(), at: Instant }),
    z.object({ reason: z.string() }).nullable(),
  ),
  /** It has left the state of the guards under a newer epoch. `seconds` until the last point answered, or null. */
  event(
    'rehearsal:ended',
    z.object({
      haltId: z.string(),
      at: Instant,
      epoch: z.number().int(),
      seconds: z.number().nullable(),
      silent: z.array(z.string()),
    }),
    none,
  ),
  /** A tripwire may order this, as one of the orders of its hour: written before it is ordered. */
  event('halt:granted', ByTripwire, none),
  /** A tripwire would have halted and has used up its orders of this hour: people are paged instead. */
  event('halt:withheld', ByTripwire, none),
  /** An actuator does not do as told. Written at the 1st, 2nd, 4th, 8th … attempt, and when the error changes. */
  event(
    'actuator:failed',
    z.object({
      haltId: z.string(),
      pointId: z.string(),
      verb: z.enum(['halt', 'release']),
      attempt: z.number().int(),
      /** Static words and codes, never what the other side wrote. */
      error: z.string(),
      /** When it first failed without having answered since. */
      since: Instant,
      at: Instant,
    }),
    none,
  ),
  /** From the order to `stopped`; `seconds` is null when the documented time passed before. */
  event(
    'actuator:measured',
    z.object({
      haltId: z.string(),
      pointId: z.string(),
      at: Instant,
      seconds: z.number().nullable(),
      slaSeconds: z.number().nullable(),
    }),
    none,
  ),
  /** It had said `stopped`, and says while the order stands that this is not so any more. */
  event(
    'actuator:resumed',
    z.object({
      haltId: z.string(),
      pointId: z.string(),
      at: Instant,
      state: z.enum(['running', 'stopping']),
    }),
    none,
  ),
  /** What became of an actuator when the order was lifted; `core/actuator.ts` says what each outcome means. */
  event(
    'actuator:released',
    z.object({
      haltId: z.string(),
      pointId: z.string(),
      at: Instant,
      outcome: z.enum(['released', 'kept', 'by-hand', 'cancelled']),
    }),
    none,
  ),
  /** An order that we had signed and lost stands again: a guard still held it. `former` is how it was known. */
  event(
    'halt:readopted',
    z.object({
      haltId: z.string(),
      at: Instant,
      offeredEpoch: z.number().int(),
      former: z.object({ id: z.string(), at: Instant, scope: HaltScope, mode: HaltMode }),
    }),
    none,
  ),
  event('halt:refused', z.object({ what: z.string(), by: z.string(), why: z.string() }), none),
  event(
    'halt:asked',
    z.object({
      askId: z.string(),
      scope: HaltScope,
      mode: HaltMode.default('deny'),
      by: z.string(),
      at: Instant,
      incident: z.string().nullable(),
      /** Everybody who may halt and was asked to. */
      users: z.array(z.string()),
    }),
    z.object({ reason: z.string() }).nullable(),
  ),
  event(
    'lift:requested',
    z.object({ haltId: z.string(), by: z.string(), at: Instant, digest: z.string(), expiresAt: Instant }),
    z.object({ reason: z.string() }).nullable(),
  ),
  event(
    'lift:approved',
    z.object({
      haltId: z.string(),
      by: z.string(),
      at: Instant,
      digest: z.string(),
      epoch: z.number().int(),
    }),
    none,
  ),
]);
export type HaltEvent = z.infer<typeof HaltEvent>;
