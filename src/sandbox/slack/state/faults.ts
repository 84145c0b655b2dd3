/** Slack having a bad day, on demand: what happens to the next calls of a method, and to its sockets. */
export type FaultKind = (typeof FAULT_KINDS)[number];

const FAULT_KINDS = [
  'ratelimited',
  'http_500',
  'http_503',
  /** Never answers, until the fault is cleared or the workspace stops. */
  'timeout',
  /** Performs the act, then drops the connection before the reply. */
  'lost_reply',
  /** Answers `ok: false` with the given error. */
  'error',
  /** Drops the connection before anything happens. */
  'refuse_connection',
] as const;

/** True for the name of a fault we can cause. */
export function isFaultKind(name: string): name is FaultKind {
  return FAULT_KINDS.some((kind) => kind === name);
}

export interface Fault {
  /** A method, or `*` for all. */
  readonly method: string;
  readonly kind: FaultKind;
  /** How many calls it hits; all until cleared when left out. */
  readonly times?: number;
  readonly retryAfterSeconds?: number;
  readonly error?: string;
}

export interface FaultHandle {
  clear(): void;
  /** How many calls it has hit. */
  hits(): number;
}

/** A fault that hits one call. */
export interface Hit {
  readonly fault: Fault;
  /** Settles when the fault is cleared. */
  readonly cleared: Promise<void>;
}

export interface FaultPlan {
  add(fault: Fault): FaultHandle;
  /** The oldest fault that hits this call, used once. */
  take(method: string): Hit | undefined;
  /** From now on nobody reaches Slack, until the handle is cleared. */
  bringDown(): FaultHandle;
  isDown(): boolean;
  clearAll(): void;
}

interface Planned {
  readonly fault: Fault;
  readonly cleared: Promise<void>;
  readonly release: () => void;
  hits: number;
}

/** Keeps the planned faults of one workspace. */
export function createFaultPlan(): FaultPlan {
  const planned = new Set<Planned>();
  const clear = (entry: Planned) => {
    planned.delete(entry);
    outages.delete(entry);
    entry.release();
  };
  const outages = new Set<Planned>();
  const add = (fault: Fault): Planned => {
    const { promise, resolve } = signal();
    const entry: Planned = { fault, cleared: promise, release: resolve, hits: 0 };
    planned.add(entry);
    return entry;
  };
  return {
    add: (fault) => {
      const entry = add(fault);
      return { clear: () => clear(entry), hits: () => entry.hits };
    },
    bringDown: () => {
      const entry = add({ method: '*', kind: 'refuse_connection' });
      outages.add(entry);
      return { clear: () => clear(entry), hits: () => entry.hits };
    },
    isDown: () => outages.size > 0,
    take: (method) => {
      const entry = [...planned].find((candidate) => isDue(candidate, method));
      if (entry === undefined) return undefined;
      entry.hits += 1;
      return { fault: entry.fault, cleared: entry.cleared };
    },
    clearAll: () => [...planned].forEach(clear),
  };
}

function isDue({ fault, hits }: Planned, method: string): boolean {
  return (fault.method === '*' || fault.method === method) && hits < (fault.times ?? Infinity);
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let release: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, resolve: () => release() };
}
