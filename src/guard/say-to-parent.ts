import type { FromChild } from './child-messages.js';
import type { Enforcer } from './enforcer.js';

/** Answers each state that a parent's guard has told with how far this one has come with it. */
export interface Saying {
  /** What is said from now on is about the state of this version. */
  about(version: number): void;
  /** Says how things stand, where that has changed and there is a state to say it about. */
  say(): void;
}

export function createSaying(enforcer: Enforcer, send: (message: FromChild) => void): Saying {
  let version = 0;
  let said = '';
  return {
    about: (heard) => void (version = heard),
    say() {
      const standing = standingOf(enforcer, version);
      const text = JSON.stringify(standing);
      if (text !== said && version > 0) send(standing);
      said = text;
    },
  };
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
