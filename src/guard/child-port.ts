import { isMainThread, parentPort } from 'node:worker_threads';

/** A `Worker`, a `MessagePort`, a forked `ChildProcess`, or `process` in one: whatever carries messages. */
export interface MessageCarrier {
  readonly postMessage?: ((message: object) => void) | undefined;
  readonly send?: ((message: object, done: () => void) => unknown) | undefined;
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

export interface ChildPort {
  /** False where it cannot be sent any more. */
  send(message: object): boolean;
  onMessage(listener: (message: unknown) => void): void;
  /** The thread or process at the other end exists no more. A channel that merely closed proves nothing. */
  onExit(listener: () => void): void;
  close(): void;
}

export function portOf(carrier: MessageCarrier): ChildPort {
  const ways: (() => void)[] = [];
  const listen = (event: string, listener: (value: unknown) => void): void => {
    carrier.on(event, listener);
    ways.push(() => void carrier.off(event, listener));
  };
  return {
    send(message) {
      try {
        if (carrier.postMessage !== undefined) carrier.postMessage(message);
        else carrier.send?.(message, () => undefined);
        // A process that has just died tells so by its exit; what it did not hear does not matter.
        return true;
      } catch {
        return false;
      }
    },
    onMessage: (listener) => listen('message', listener),
    onExit: (listener) => listen('exit', listener),
    close: () => ways.splice(0).forEach((leave) => leave()),
  };
}

/** The way to whoever started this thread or process. */
export function carrierToParent(): MessageCarrier {
  if (!isMainThread && parentPort !== null) return parentPort;
  if (process.send !== undefined) return process;
  throw new Error('Nobody started this process with a channel: use worker_threads or child_process.fork.');
}
