/** What a thread or process under this guard has last said of itself. */
import type { FromChild } from './child-messages.js';
import type { Reached } from './level.js';
import type { Part } from './parts.js';
import { createWaiters } from './waiters.js';

export type Standing = Omit<Extract<FromChild, { kind: 'standing' }>, 'kind'>;

export interface ChildStanding extends Pick<Part, 'mayAct' | 'ended' | 'forget'> {
  /** Has it ever spoken? Who has not cannot act. */
  isThere(): boolean;
  /** It has begun to speak, and said nothing of itself yet. */
  began(): void;
  said(standing: Standing): void;
  exited(): void;
  /** How far it has come with the state of this version. */
  reached(version: number): Reached;
}

const UNHEARD: Standing = {
  version: -1,
  level: 'received',
  inflight: { aborted: [], uncancellable: [], completedAfter: [] },
  stopping: [],
  left: false,
};

/** `onChange`: what may be said about this point may have changed. */
export function createChildStanding(onChange: () => void): ChildStanding {
  const waiters = createWaiters();
  let last: Standing | undefined;
  const mayAct = (): boolean => last !== undefined && !last.left;
  const settle = (standing: Standing): void => {
    last = standing;
    if (standing.left) waiters.wake();
    onChange();
  };
  return {
    isThere: () => last !== undefined,
    began: () => settle(UNHEARD),
    said: settle,
    exited() {
      if (last !== undefined && !last.left) settle(afterExit(last));
    },
    mayAct,
    async ended() {
      if (mayAct()) await waiters.wait();
    },
    reached: (version) => reachedOf(last, version),
    forget(actionIds) {
      if (last !== undefined) last = { ...last, inflight: without(last.inflight, actionIds) };
    },
  };
}

/** What was said about an earlier state proves nothing about this one. */
function reachedOf(last: Standing | undefined, version: number): Reached {
  if (last === undefined) return { level: 'quiesced', inflight: UNHEARD.inflight };
  const isAboutThis = last.version === version || last.left;
  return { level: isAboutThis ? last.level : 'received', inflight: last.inflight };
}

/** Nothing runs there now. Whether what was running had its effect, nobody knows: it is not called aborted. */
function afterExit({ inflight, stopping, ...rest }: Standing): Standing {
  const unknown = [...inflight.uncancellable, ...stopping];
  const completedAfter = [...new Set([...inflight.completedAfter, ...unknown])];
  const ended = { ...inflight, uncancellable: [], completedAfter };
  return { ...rest, inflight: ended, stopping: [], level: 'quiesced', left: true };
}

function without(inflight: Standing['inflight'], actionIds: readonly string[]): Standing['inflight'] {
  const kept = (ids: readonly string[]): string[] => ids.filter((id) => !actionIds.includes(id));
  return { ...inflight, aborted: kept(inflight.aborted), completedAfter: kept(inflight.completedAfter) };
}
