import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createAcknowledger, type Acknowledger, type AcknowledgerOptions } from './acknowledger.js';
import { systemClock } from './clock.js';
import { deadlineOf } from './deadline.js';
import { createEnforcer, type Enforcer } from './enforcer.js';
import { createFamily } from './family.js';
import { followPlane } from './follow-plane.js';
import { guardOf } from './guard-of.js';
import type { Guard, GuardOptions } from './guard.js';
import type { Hold } from './hold.js';
import { createHttpClient } from './http-client.js';
import { createMemory, type Memory } from './memory.js';
import { createOffer } from './offer-state.js';
import { createPinnedKey } from './pinned-key.js';
import { createFollower } from './plane-follower.js';
import { createQuarantineClient } from './quarantine-client.js';
import { createQuarantine, type QuarantineOptions } from './quarantine.js';
import { createReadiness, type Readiness } from './readiness.js';
import { createReporter, type Reporter } from './reporter.js';
import { stateFile } from './state-file.js';
import { createShow, tell } from './tell.js';

const GOODBYE_MS = 2_000;

/** An enforcement point in this process. Denies everything until it has heard from the control plane. */
export function createGuard(options: GuardOptions): Guard {
  const { agentId, clock = systemClock } = options;
  const point = pointOf(options);
  const abortDeadlineMs = deadlineOf(options.abortDeadlineMs);
  const client = createHttpClient(options.url, options.token);
  const pinned = createPinnedKey(client, options.publicKey);
  const onTrouble = (error: unknown): void => tell(options.onTrouble, error);
  const readiness = createReadiness();
  const show = createShow(options.onState, () => readiness.resolve());
  const onChange = (): void => {
    family.tell();
    acknowledger.update();
    show(enforcer.view());
  };
  const closing = new AbortController();
  const hold = holdingAt(options, { enforcer: () => enforcer, closing: closing.signal, onTrouble });
  const { activeSpan } = options;
  const reporter = createReporter({ client, clock, onTrouble, activeSpan });
  const reporting = options.report === false ? undefined : reporter;
  const enforcer: Enforcer = createEnforcer({ agentId, clock, abortDeadlineMs, onChange, hold, reporting });
  const family = createFamily(() => enforcer, onChange);
  const acknowledger = acknowledging(enforcer, { client, point, onTrouble });
  const persist = persistOf(options);
  const onRestored = (): void => enforcer.enforce();
  const memory = createMemory({ persist, held: enforcer.held, pinned, onRestored, onTrouble });
  const query = () => ({ ...queryOf(point), epoch: String(enforcer.view().epoch) });
  const ending = new AbortController();
  const { signal } = ending;
  const offer = createOffer({ client, newest: () => memory.newest(), signal, onTrouble });
  const follower = createFollower({ enforcer, pinned, memory, offer, onTrouble });
  const following = followPlane({ client, query, clock, signal }, follower);

  return guardOf({
    enforcer,
    agentId,
    pointId: point.pointId,
    clock,
    ready: readiness.promise,
    serveTo: (carrier) => family.serveTo(carrier),
    close() {
      family.end();
      closing.abort();
      return close({ enforcer, acknowledger, memory, ending, following, readiness, reporter });
    },
  });
}

interface Holding extends Pick<QuarantineOptions, 'closing' | 'onTrouble'> {
  /** Asked for when the first attempt is held. */
  readonly enforcer: () => Enforcer;
}

function holdingAt({ url, token }: GuardOptions, { enforcer, closing, onTrouble }: Holding): Hold {
  return createQuarantine({
    ask: createQuarantineClient(url, token),
    refusal: (attempt) => enforcer().refusal(attempt),
    isLive: () => enforcer().view().state === 'live',
    closing,
    onTrouble,
  });
}

function acknowledging(
  enforcer: Enforcer,
  options: Pick<AcknowledgerOptions, 'client' | 'point' | 'onTrouble'>,
): Acknowledger {
  return createAcknowledger({
    ...options,
    standing: () => enforcer.standing(),
    onDelivered: ({ level, inflight: { aborted, completedAfter } }) => {
      if (level === 'quiesced') enforcer.forget([...aborted, ...completedAfter]);
    },
  });
}

/** Who this guard is to the control plane. */
function pointOf({ agentId, ...options }: GuardOptions) {
  const instance = options.instance ?? randomUUID();
  const run = options.instance?.slice(0, 60) ?? instance.slice(0, 8);
  const pointId = options.pointId ?? `${agentId}@${hostname()}-${process.pid}-${run}`;
  return { pointId, agentId, instance };
}

function queryOf({ pointId, agentId, instance }: ReturnType<typeof pointOf>) {
  return { agent: agentId, point: pointId, instance };
}

function persistOf({ persist, stateFile: path }: GuardOptions) {
  return persist ?? (path === undefined ? undefined : stateFile(path));
}

interface Closing {
  readonly enforcer: Enforcer;
  readonly acknowledger: Acknowledger;
  readonly memory: Memory;
  readonly ending: AbortController;
  readonly following: Promise<void>;
  readonly readiness: Readiness;
  readonly reporter: Reporter;
}

/**
 * The stream stays open until nothing runs any more and that has been said: an order that comes meanwhile must
 * hear of what would not stop. The caller does not wait for it longer than it may take to stop.
 */
async function close({ enforcer, acknowledger, ...closing }: Closing): Promise<void> {
  closing.readiness.reject(new Error('the guard was closed before the agent could act'));
  await enforcer.close();
  const farewell = async (): Promise<void> => {
    await enforcer.ended();
    await Promise.all([acknowledger.flush(GOODBYE_MS), closing.reporter.flush(GOODBYE_MS)]);
    closing.reporter.stop();
    closing.ending.abort();
    acknowledger.stop();
    await closing.following;
  };
  const said = farewell();
  await closing.memory.flush();
  if (!enforcer.isBusy()) await said;
}
