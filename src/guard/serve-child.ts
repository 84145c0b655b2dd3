/** The parent's side: one thread or process that runs under this guard, as a part of its enforcement point. */
import { portOf, type MessageCarrier } from './child-port.js';
import { readFromChild, tagged, type FromChild, type FromParent } from './child-messages.js';
import { createChildStanding, type ChildStanding } from './child-standing.js';
import type { Enforcer } from './enforcer.js';
import { holdForChild, type HoldingForChild } from './hold-for-child.js';
import type { Part } from './parts.js';
import { createTelling, type Telling } from './tell-child.js';

export interface ServedChild extends Part {
  /** Something may have changed here. */
  tell(): void;
  /** Denies everything there, for good. */
  end(): void;
}

/** `onChange`: what may be said about this point may have changed. */
export function serveChild(enforcer: Enforcer, carrier: MessageCarrier, onChange: () => void): ServedChild {
  const port = portOf(carrier);
  const send = (message: FromParent): void => void port.send(tagged(message));
  const standing = createChildStanding(onChange);
  const telling = createTelling(enforcer.held, send);
  const holding = holdForChild(enforcer, send);
  let ending = false;

  port.onMessage((value) => {
    const message = readFromChild(value);
    if (message === undefined) return;
    listen({ enforcer, standing, telling, holding, send }, message);
    if (message.kind === 'hello' && ending) send({ kind: 'end' });
  });
  port.onExit(() => {
    standing.exited();
    holding.exited();
    port.close();
  });

  return {
    tell() {
      if (standing.isThere()) telling.tell();
    },
    mayAct: () => standing.mayAct(),
    ended: () => standing.ended(),
    reached: () => standing.reached(telling.version()),
    forget(actionIds) {
      if (!standing.isThere()) return;
      standing.forget(actionIds);
      send({ kind: 'forget', actionIds });
    },
    end() {
      ending = true;
      send({ kind: 'end' });
    },
  };
}

interface Listening {
  readonly enforcer: Enforcer;
  readonly standing: ChildStanding;
  readonly telling: Telling;
  readonly holding: HoldingForChild;
  readonly send: (message: FromParent) => void;
}

function listen({ enforcer, standing, telling, holding, send }: Listening, message: FromChild): void {
  switch (message.kind) {
    case 'hello':
      telling.forget();
      standing.began();
      return telling.tell();
    case 'ask':
      return send({
        kind: 'lease',
        asked: message.asked,
        remainingMs: Math.max(0, enforcer.leaseMs()),
      });
    case 'hold':
      return holding.hold(message);
    case 'give-up':
      return holding.giveUp(message.asked);
    case 'reports':
      return enforcer.reporting?.passOn(message.reports);
    case 'standing':
      return standing.said(message);
  }
}
