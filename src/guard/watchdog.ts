/** Ends a request that says nothing for too long: it is dead, whatever the socket believes. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** The next sign of life is due within so long. */
  expect(withinMs: number): void;
  stop(): void;
}

export function createWatchdog(outer: AbortSignal): Watchdog {
  const silent = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([outer, silent.signal]),
    expect(withinMs) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(new Error(`silence for ${withinMs} ms`)), withinMs);
    },
    stop() {
      clearTimeout(timer);
      silent.abort(new Error('done'));
    },
  };
}
