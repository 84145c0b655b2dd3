/**
 * Tells actuators what the outbox holds, again and again, until they agree or the order no longer stands. Killed at
 * any instant it begins anew, with the same message id: the other side takes it for the same order.
 */
import { createHash } from 'node:crypto';
import { differenceInMilliseconds } from 'date-fns';
import type { Actuator, ActuatorAnswer, ActuatorOrder, Actuators } from '../../actuators/types.js';
import { actuatorSlaSeconds, expresses } from '../../core/actuator.js';
import { canonicalJson } from '../../core/canonical-json.js';
import type { EffectRow } from '../../store/types.js';
import { ActuatorFlights } from './actuator-flights.js';
import { declaredActuator } from './actuator-points.js';
import { ActuatorTries } from './actuator-tries.js';
import type { Deps } from '../deps.js';
import { ActuatorJob, HALT_EFFECT, RELEASE_EFFECT } from './order-actuators.js';
import type { Effector, Outcome } from '../outbox/outbox-types.js';
import {
  recordActuatorFailure,
  recordActuatorLate,
  recordActuatorLevel,
  recordActuatorRelease,
} from './record-actuator.js';

export interface ActuatorDrive {
  readonly deps: Deps;
  readonly actuators: Actuators;
  readonly flights: ActuatorFlights;
  readonly tries: ActuatorTries;
}

/** A refusal is not the last word: the secret may be mended, the agent registered. */
const REFUSED_PAUSE_MS = 15_000;
/** How soon a release looks again whether the halt before it is through. */
const BEHIND_HALT_MS = 100;

export function createActuatorDrive(deps: Deps, actuators: Actuators): ActuatorDrive {
  return { deps, actuators, flights: new ActuatorFlights(), tries: new ActuatorTries() };
}

/** What the outbox calls, by kind of effect. */
export function actuatorEffectors(drive: ActuatorDrive): Readonly<Record<string, Effector>> {
  return {
    [HALT_EFFECT]: ({ key, payload }) => driveHalt(drive, key, ActuatorJob.parse(payload)),
    [RELEASE_EFFECT]: ({ key, payload }: EffectRow) => driveRelease(drive, key, ActuatorJob.parse(payload)),
  };
}

async function driveHalt(drive: ActuatorDrive, key: string, job: ActuatorJob): Promise<Outcome> {
  const { deps, flights, tries } = drive;
  if (!isStanding(deps, job.haltId)) return over(tries, key);
  const answer = await flights.halt(job.pointId, () => ask(drive, key, { job, verb: 'halt' }));
  if (!isStanding(deps, job.haltId)) return over(tries, key);
  const { haltId, pointId } = job;
  const slaSeconds = slaOf(deps, pointId);
  switch (answer.kind) {
    case 'state':
    case 'received': {
      tries.answered(key);
      const state = answer.kind === 'state' ? answer.state : 'running';
      const level = state === 'stopped' ? 'quiesced' : state === 'stopping' ? 'enforced' : 'received';
      await recordActuatorLevel(deps, { haltId, pointId, level, slaSeconds });
      if (state === 'stopped') return over(tries, key);
      break;
    }
    case 'refused':
    case 'failed':
      await noteFailure(drive, key, { job, verb: 'halt', error: answer.error });
  }
  const isLate = slaSeconds !== null && differenceInMilliseconds(deps.now(), job.at) > slaSeconds * 1000;
  if (isLate && tries.isFirstTimeLate(key)) await recordActuatorLate(deps, { haltId, pointId, slaSeconds });
  return later(answer);
}

async function driveRelease(drive: ActuatorDrive, key: string, job: ActuatorJob): Promise<Outcome> {
  const { deps, flights, tries } = drive;
  const { haltId, pointId } = job;
  const end = async (outcome: 'released' | 'kept' | 'by-hand' | 'cancelled'): Promise<Outcome> => {
    await recordActuatorRelease(deps, { haltId, pointId, outcome });
    return over(tries, key);
  };
  if (isToldOfAnother(deps, job)) return end(tries.has(key) ? 'cancelled' : 'kept');
  if (declaredActuator(deps.registry, pointId)?.actuator.releasable === false) return end('by-hand');
  if (flights.isHalting(pointId))
    return { kind: 'retry', afterMs: BEHIND_HALT_MS, error: 'a halt is on its way', began: false };
  const { answer, broken } = await flights.release(pointId, (signal) =>
    ask(drive, key, { job, verb: 'release', signal }),
  );
  if (broken || isToldOfAnother(deps, job)) return end('cancelled');
  if (answer.kind === 'state' && answer.state === 'running') return end('released');
  if (answer.kind === 'state' || answer.kind === 'received') {
    tries.answered(key);
    return later(answer);
  }
  deps.log.error({ pointId, haltId, error: answer.error }, 'a release fails: the agent may still be stopped');
  await noteFailure(drive, key, { job, verb: 'release', error: answer.error });
  return later(answer);
}

interface Question {
  readonly job: ActuatorJob;
  readonly verb: 'halt' | 'release';
  readonly signal?: AbortSignal;
}

/** Tells it, or asks how it stands once it has been told. What has been told is repeated now and then: it may be lost. */
export async function ask(drive: ActuatorDrive, key: string, question: Question): Promise<ActuatorAnswer> {
  const { job, verb, signal } = question;
  const actuator = drive.actuators.get(job.pointId);
  if (actuator === undefined)
    return { kind: 'refused', error: 'no longer declared in agents.yml', retryAfterMs: null };
  const turn = drive.tries.next(key);
  if (turn === 'poll' && actuator.poll !== null) return polled(await actuator.poll(signal));
  return actuator[verb](orderOf(drive.deps, job, verb), signal);
}

/** A status that does not say how the agent stands is no answer. */
export function polled(answer: ActuatorAnswer): ActuatorAnswer {
  return answer.kind === 'received'
    ? { kind: 'failed', error: 'its status says nothing about the agent' }
    : answer;
}

/** What is sent: the same job is the same message, however often it is sent. */
export function orderOf(
  { plane }: Deps,
  job: ActuatorJob,
  verb: Question['verb'],
): Parameters<Actuator['halt']>[0] {
  const { haltId, scope, mode, reasonDigest, at, sequence, pointId, again } = job;
  const { planeId } = plane.current();
  const about = { planeId, haltId, at, sequence, pointId, verb };
  const named = canonicalJson(again === undefined ? about : { ...about, again });
  const messageId = `hl_${createHash('sha256').update(named).digest('hex').slice(0, 40)}`;
  return { haltId, scope, mode, reasonDigest, at, sequence, messageId } satisfies ActuatorOrder;
}

interface Failure {
  readonly job: Pick<ActuatorJob, 'haltId' | 'pointId'>;
  readonly verb: 'halt' | 'release';
  readonly error: string;
}

/** Written now and then, so that a switch that fails for hours does not fill the journal. */
export async function noteFailure(
  { deps, tries }: ActuatorDrive,
  key: string,
  { job, verb, error }: Failure,
): Promise<void> {
  const failure = tries.failed(key, error, deps.now());
  if (!failure.isNews) return;
  const { attempt, since } = failure;
  const { haltId, pointId } = job;
  await recordActuatorFailure(deps, { haltId, pointId, verb, attempt, error, since });
}

/** From memory: an order stands from the moment it is given until its lift is recorded. */
export function isStanding({ plane }: Deps, haltId: string): boolean {
  return plane.orders.halts().some(({ id }) => id === haltId);
}

/** Another order in force wants this actuator to keep its agent stopped. */
function isToldOfAnother({ plane, registry }: Deps, { haltId, pointId }: ActuatorJob): boolean {
  const found = declaredActuator(registry, pointId);
  if (found === undefined) return false;
  return plane.orders
    .halts()
    .some(
      (halt) => halt.id !== haltId && halt.drill !== true && expresses(found.agent, found.actuator, halt),
    );
}

/** Its documented time to stop, as agents.yml has it now. */
export function slaOf({ registry }: Deps, pointId: string): number | null {
  const found = declaredActuator(registry, pointId);
  return found === undefined ? null : actuatorSlaSeconds(found.agent, found.actuator);
}

function over(tries: ActuatorTries, key: string): Outcome {
  tries.forget(key);
  return { kind: 'done' };
}

function later(answer: ActuatorAnswer): Outcome {
  const error = 'error' in answer ? answer.error : 'not there yet';
  const afterMs = answer.kind === 'refused' ? (answer.retryAfterMs ?? REFUSED_PAUSE_MS) : null;
  return { kind: 'retry', afterMs, error, began: true };
}
