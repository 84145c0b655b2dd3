/**
 * LangChain's `tool()` gives up waiting for its function the moment the signal is aborted. It is the first to listen to
 * the signal, stops listening as it gives up, and once more when the function has really ended; where that was
 * with a result, it has just looked whether the signal is aborted. Only then may an action be called ended.
 */
export type Ending = 'completed' | 'failed';

export interface WatchedSignal {
  readonly signal: AbortSignal;
  /** How what was given up on has ended, when it has; undefined at once where nothing was given up on. */
  leftBehind(): Promise<Ending | undefined>;
}

type Listener = Parameters<AbortSignal['addEventListener']>[1];

export function watchedSignal(source: AbortSignal): WatchedSignal {
  const { signal, abort } = follower(source);
  const [listen, forget] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  let first: Listener | undefined;
  let [gaveUp, justLooked] = [false, false];
  let end = (_: Ending): void => undefined;
  const ended = new Promise<Ending>((resolve) => (end = resolve));
  Object.defineProperties(signal, {
    aborted: {
      get(): boolean {
        justLooked = true;
        queueMicrotask(() => (justLooked = false));
        return abort.state !== 'before';
      },
    },
    addEventListener: {
      value(type: 'abort', listener: Listener, options?: { once?: boolean }): void {
        first ??= listener;
        listen(type, listener, options);
      },
    },
    removeEventListener: {
      value(type: 'abort', listener: Listener): void {
        forget(type, listener);
        if (listener !== first) return;
        if (abort.state === 'during') gaveUp = true;
        else end(justLooked ? 'completed' : 'failed');
      },
    },
  });
  return { signal, leftBehind: () => (gaveUp ? ended : Promise.resolve(undefined)) };
}

/** A signal of its own that is aborted when `source` is, and that knows whether it is being aborted just now. */
function follower(source: AbortSignal) {
  const controller = new AbortController();
  const abort = { state: source.aborted ? 'after' : 'before' };
  const follow = (): void => {
    abort.state = 'during';
    controller.abort(source.reason);
    abort.state = 'after';
  };
  if (source.aborted) follow();
  else source.addEventListener('abort', follow, { once: true });
  return { signal: controller.signal, abort };
}
