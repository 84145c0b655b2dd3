import type { MessageCarrier } from './child-port.js';
import type { Enforcer } from './enforcer.js';
import { serveChild, type ServedChild } from './serve-child.js';

/** The threads and processes that act under one guard. */
export interface Family {
  serveTo(carrier: MessageCarrier): void;
  /** Something may have changed here. */
  tell(): void;
  /** Denies everything there, for good. */
  end(): void;
}

/** `enforcer` is asked for when the first child comes. */
export function createFamily(enforcer: () => Enforcer, onChange: () => void): Family {
  const children: ServedChild[] = [];
  return {
    serveTo(carrier) {
      const child = serveChild(enforcer(), carrier, onChange);
      children.push(child);
      enforcer().include(child);
    },
    tell: () => children.forEach((child) => child.tell()),
    end: () => children.forEach((child) => child.end()),
  };
}
