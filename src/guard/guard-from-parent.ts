/**
 * The guard of a worker thread or child process. It has no line of its own to the control plane: its parent's guard
 * tells it what is held, and grants it lease out of its own. A parent that stops, dies or is cut off grants none.
 */
import { carrierToParent, portOf, type MessageCarrier } from './child-port.js';
import { readFromParent, tagged, type FromChild, type FromParent } from './child-messages.js';
import { createAsking, type Asking } from './ask-parent.js';
import { systemClock, type Clock } from './clock.js';
import { LONGEST_DEADLINE_MS } from './create-guard.js';
import { createEnforcer, type Enforcer } from './enforcer.js';
import { createFamily } from './family.js';
import { guardOf } from './guard-of.js';
import type { Guard, GuardView } from './guard.js';
import { createReadiness } from './readiness.js';
import { createShow } from './tell.js';

export interface GuardFromParentOptions {
  /** The parent's agent, whose orders count here. */
  readonly agentId: string;
  /** Where the parent's `guard.serveTo` speaks; `parentPort` or the process's own channel where left out. */
  readonly carrier?: MessageCarrier | undefined;
  readonly abortDeadlineMs?: number | undefined;
  readonly onState?: ((view: GuardView) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** Denies everything until the parent's guard has answered. */
export function guardFromParent(options: GuardFromParentOptions): Guard {
  const { agentId, clock = systemClock } = options;
  const abortDeadlineMs = Math.min(options.abortDeadlineMs ?? LONGEST_DEADLINE_MS, LONGEST_DEADLINE_MS);
  const port = portOf(options.carrier ?? carrierToParent());
  const send = (message: FromChild): void => void port.send(tagged(message));
  const readiness = createReadiness();
  const show = createShow(options.onState, () => readiness.resolve());
  let version = 0;
  let said = '';
  const onChange = (): void => {
    family.tell();
    const text = JSON.stringify(standingOf(enforcer, version));
    if (text !== said && version > 0) send(standingOf(enforcer, version));
    said = text;
    show(enforcer.view());
  };
  const enforcer = createEnforcer({ agentId, clock, abortDeadlineMs, onChange });
  const family = createFamily(() => enforcer, onChange);
  const questions = createAsking(clock, (asked) => send({ kind: 'ask', asked }));
  const close = async (): Promise<void> => {
    family.end();
    readiness.reject(new Error('the guard was closed before the agent could act'));
    questions.stop();
    await enforcer.close();
    const farewell = enforcer.ended().then(() => {
      onChange();
      port.close();
    });
    if (!enforcer.isBusy()) await farewell;
  };
  const obedience: Obedience = {
    enforcer,
    questions,
    hear(state) {
      version = state.version;
      hear(enforcer, state);
      onChange();
    },
    end: () => void close(),
  };
  port.onMessage((value) => {
    const message = readFromParent(value);
    if (message !== undefined) obey(obedience, message);
  });
  send({ kind: 'hello' });
  questions.ask();

  return guardOf({
    enforcer,
    agentId,
    pointId: `${agentId}/${process.pid}`,
    clock,
    ready: readiness.promise,
    serveTo: (carrier) => family.serveTo(carrier),
    close,
  });
}

interface Obedience {
  readonly enforcer: Enforcer;
  readonly questions: Asking;
  readonly hear: (state: Extract<FromParent, { kind: 'state' }>) => void;
  readonly end: () => void;
}

function obey({ enforcer, questions, ...parent }: Obedience, message: FromParent): void {
  switch (message.kind) {
    case 'state':
      return parent.hear(message);
    case 'lease': {
      const sent = questions.answered(message.asked, message.remainingMs);
      if (sent !== undefined && message.remainingMs > 0) enforcer.renew(sent, 0, message.remainingMs);
      return;
    }
    case 'forget':
      return enforcer.forget(message.actionIds);
    case 'end':
      return parent.end();
  }
}

/** The parent has verified it; here its orders are taken as they are. */
function hear(enforcer: Enforcer, { newest, halts }: Extract<FromParent, { kind: 'state' }>): void {
  const state = newest ?? { planeId: 'parent', epoch: 0, issuedAt: '' };
  enforcer.accept({ ...state, halts: [...halts], leaseMs: 1, signature: '' }, newest !== undefined);
}

function standingOf(enforcer: Enforcer, version: number): Extract<FromChild, { kind: 'standing' }> {
  const { level, inflight, left } = enforcer.standing() ?? {
    level: 'received' as const,
    inflight: { aborted: [], uncancellable: [], completedAfter: [] },
    left: enforcer.view().state === 'closed' && !enforcer.isBusy(),
  };
  const stopping = enforcer.actions
    .list()
    .filter((action) => action.stopping)
    .map(({ attempt }) => attempt.actionId);
  return { kind: 'standing', version, level, inflight, stopping, left };
}
