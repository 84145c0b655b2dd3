/**
 * The guard of a worker thread or child process. It has no line of its own to the control plane: its parent's guard
 * tells it what is held, and grants it lease out of its own. A parent that stops, dies or is cut off grants none.
 */
import { carrierToParent, portOf, type MessageCarrier } from './child-port.js';
import { readFromParent, tagged, type FromChild, type FromParent } from './child-messages.js';
import { createAsking, type Asking } from './ask-parent.js';
import { systemClock, type Clock } from './clock.js';
import type { Judged } from './compiled-rules.js';
import { deadlineOf } from './deadline.js';
import { createEnforcer, type Enforcer } from './enforcer.js';
import { createFamily } from './family.js';
import { guardOf } from './guard-of.js';
import type { Guard, GuardView } from './guard.js';
import { holdAtParent, type HoldingAtParent } from './hold-at-parent.js';
import { createReadiness } from './readiness.js';
import { reportToParent } from './report-to-parent.js';
import type { ActiveSpan } from './attributes.js';
import { createSaying, type Saying } from './say-to-parent.js';
import { createShow } from './tell.js';

export interface GuardFromParentOptions {
  /** The parent's agent, whose orders count here. */
  readonly agentId: string;
  /** Where the parent's `guard.serveTo` speaks; `parentPort` or the process's own channel where left out. */
  readonly carrier?: MessageCarrier | undefined;
  readonly abortDeadlineMs?: number | undefined;
  readonly onState?: ((view: GuardView) => void) | undefined;
  /** As for `createGuard`. */
  readonly activeSpan?: (() => ActiveSpan | undefined) | undefined;
  readonly clock?: Clock | undefined;
}

/** Denies everything until the parent's guard has answered. */
export function guardFromParent(options: GuardFromParentOptions): Guard {
  const { agentId, clock = systemClock } = options;
  const port = portOf(options.carrier ?? carrierToParent());
  const send = (message: FromChild): void => void port.send(tagged(message));
  const readiness = createReadiness();
  const show = createShow(options.onState, () => readiness.resolve());
  const onChange = (): void => {
    family.tell();
    saying.say();
    show(enforcer.view());
  };
  const closing = new AbortController();
  const refusal = (attempt: Judged) => enforcer.refusal(attempt);
  const holding = holdAtParent({ refusal, closing: closing.signal }, send);
  const abortDeadlineMs = deadlineOf(options.abortDeadlineMs);
  const { hold } = holding;
  const reporting = reportToParent({ clock, activeSpan: options.activeSpan }, send);
  const enforcer = createEnforcer({ agentId, clock, abortDeadlineMs, onChange, hold, reporting });
  const family = createFamily(() => enforcer, onChange);
  const saying = createSaying(enforcer, send);
  const questions = createAsking(clock, (asked) => send({ kind: 'ask', asked }));
  const close = async (): Promise<void> => {
    family.end();
    closing.abort();
    readiness.reject(new Error('the guard was closed before the agent could act'));
    questions.stop();
    await enforcer.close();
    reporting.handOver();
    const farewell = enforcer.ended().then(() => {
      onChange();
      port.close();
    });
    if (!enforcer.isBusy()) await farewell;
  };
  port.onMessage((value) => {
    const message = readFromParent(value);
    if (message !== undefined) obey({ enforcer, questions, saying, holding, onChange, close }, message);
  });
  send({ kind: 'hello' });
  questions.ask();
  const pointId = `${agentId}/${process.pid}`;
  const { promise: ready } = readiness;
  const serveTo = (carrier: MessageCarrier): void => family.serveTo(carrier);
  return guardOf({ enforcer, agentId, pointId, clock, ready, serveTo, close });
}

interface Obedience {
  readonly enforcer: Enforcer;
  readonly questions: Asking;
  readonly saying: Saying;
  readonly holding: HoldingAtParent;
  readonly onChange: () => void;
  readonly close: () => Promise<void>;
}

function obey({ enforcer, questions, ...here }: Obedience, message: FromParent): void {
  switch (message.kind) {
    case 'state':
      here.saying.about(message.version);
      hear(enforcer, message);
      return here.onChange();
    case 'lease': {
      const sent = questions.answered(message.asked, message.remainingMs);
      if (sent !== undefined && message.remainingMs > 0) enforcer.renew(sent, 0, message.remainingMs);
      return;
    }
    case 'released':
    case 'refused':
      return here.holding.answered(message);
    case 'forget':
      return enforcer.forget(message.actionIds);
    case 'end':
      return void here.close();
  }
}

/** The parent has verified it; here its orders are taken as they are. */
function hear(enforcer: Enforcer, { newest, halts }: Extract<FromParent, { kind: 'state' }>): void {
  const state = newest ?? { planeId: 'parent', epoch: 0, issuedAt: '' };
  enforcer.accept({ ...state, halts: [...halts], leaseMs: 1, signature: '' }, newest !== undefined);
}
