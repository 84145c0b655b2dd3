import type { Instant } from '../core/ids.js';

export interface BucketSize {
  /** How many may come at once. */
  readonly burst: number;
  /** How many more each second. */
  readonly perSecond: number;
}

/** Takes one token of a key's bucket: 0 when there was one, else the whole seconds until there is. */
export type RateLimit = (key: string, now: Instant) => number;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

const KEYS_KEPT = 10_000;

/** Token buckets by key. Bounded: past 10,000 keys the one least recently used starts afresh. */
export function createRateLimit({ burst, perSecond }: BucketSize): RateLimit {
  const buckets = new Map<string, Bucket>();
  return (key, now) => {
    const atMs = Date.parse(now);
    const before = buckets.get(key) ?? { tokens: burst, atMs };
    const elapsedSeconds = Math.max(0, atMs - before.atMs) / 1000;
    const tokens = Math.min(burst, before.tokens + elapsedSeconds * perSecond);
    const waits = tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
    buckets.delete(key);
    buckets.set(key, { tokens: waits === 0 ? tokens - 1 : tokens, atMs });
    evictOldest(buckets);
    return waits;
  };
}

function evictOldest(buckets: Map<string, Bucket>): void {
  if (buckets.size <= KEYS_KEPT) return;
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
