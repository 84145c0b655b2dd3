/** The parent's side: one thread or process that runs under this guard, as a part of its enforcement point. */
import { portOf, type MessageCarrier } from './child-port.js';
import { readFromChild, tagged, type FromChild, type FromParent } from './child-messages.js';
import type { Enforcer } from './enforcer.js';
import type { Reached } from './level.js';
import type { Part } from './parts.js';

type Standing = Extract<FromChild, { kind: 'standing' }>;

export interface ServedChild extends Part {
  /** Something may have changed here. */
  tell(): void;
  /** Denies everything there, for good. */
  end(): void;
}

const UNHEARD: Omit<Standing, 'kind'> = {
  version: -1,
  level: 'received',
  inflight: { aborted: [], uncancellable: [], completedAfter: [] },
  stopping: [],
  left: false,
};

/** `onChange`: what may be said about this point may have changed. */
export function serveChild(enforcer: Enforcer, carrier: MessageCarrier, onChange: () => void): ServedChild {
  const port = portOf(carrier);
  const waiting: (() => void)[] = [];
  let last: Omit<Standing, 'kind'> | undefined;
  let version = 0;
  let told = '';
  let ending = false;
  const send = (message: FromParent): void => void port.send(tagged(message));
  const mayAct = (): boolean => last !== undefined && !last.left;
  const settle = (standing: Omit<Standing, 'kind'>): void => {
    last = standing;
    if (standing.left) for (const resolve of waiting.splice(0)) resolve();
    onChange();
  };
  const tell = (): void => {
    if (last === undefined) return;
    const { newest } = enforcer.held.remembered();
    const state = {
      newest: enforcer.held.hasHeard() && newest !== undefined ? about(newest) : undefined,
      halts: enforcer.held.halts(),
    };
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    send({ kind: 'state', version: (version += 1), ...state });
  };

  port.onMessage((value) => {
    const message = readFromChild(value);
    if (message?.kind === 'hello') {
      told = '';
      settle(UNHEARD);
      tell();
      if (ending) send({ kind: 'end' });
    } else if (message?.kind === 'ask')
      send({ kind: 'lease', asked: message.asked, remainingMs: Math.max(0, enforcer.leaseMs()) });
    else if (message?.kind === 'standing') settle(message);
  });
  port.onExit(() => {
    if (last !== undefined && !last.left) settle(afterExit(last));
    port.close();
  });

  return {
    tell,
    mayAct,
    reached: () => reachedOf(last, version),
    forget(actionIds) {
      if (last === undefined) return;
      last = { ...last, inflight: without(last.inflight, actionIds) };
      send({ kind: 'forget', actionIds });
    },
    end() {
      ending = true;
      send({ kind: 'end' });
    },
    async ended() {
      if (mayAct()) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
  };
}

function about({ planeId, epoch, issuedAt }: { planeId: string; epoch: number; issuedAt: string }) {
  return { planeId, epoch, issuedAt };
}

/** Who has not said hello cannot act; what was said about an earlier state proves nothing about this one. */
function reachedOf(last: Omit<Standing, 'kind'> | undefined, version: number): Reached {
  if (last === undefined) return { level: 'quiesced', inflight: UNHEARD.inflight };
  const isAboutThis = last.version === version || last.left;
  return { level: isAboutThis ? last.level : 'received', inflight: last.inflight };
}

/** Nothing runs there now. Whether what was running had its effect, nobody knows: it is not called aborted. */
function afterExit({ inflight, stopping, ...rest }: Omit<Standing, 'kind'>): Omit<Standing, 'kind'> {
  const unknown = [...inflight.uncancellable, ...stopping];
  const completedAfter = [...new Set([...inflight.completedAfter, ...unknown])];
  const ended = { ...inflight, uncancellable: [], completedAfter };
  return { ...rest, inflight: ended, stopping: [], level: 'quiesced', left: true };
}

function without(inflight: Standing['inflight'], actionIds: readonly string[]): Standing['inflight'] {
  const kept = (ids: readonly string[]): string[] => ids.filter((id) => !actionIds.includes(id));
  return { ...inflight, aborted: kept(inflight.aborted), completedAfter: kept(inflight.completedAfter) };
}
