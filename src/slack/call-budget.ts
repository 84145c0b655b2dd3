/**
 * How often Slack may be called: https://docs.slack.dev/apis/web-api/rate-limits. Bulk work that would be too much is
 * answered here, as Slack would answer it, and comes back later; a storm then costs Slack no more than a busy day. The
 * halt lane is held back by Slack's own word only, and then by our reckoning of who comes when: fifty pages to one person
 * that all come back when Slack said so are refused again but for one. What it calls does not count, for the cards of
 * incidents would stand still while it is at work.
 */
import type { Lane } from '../store/types.js';

/** Calls a minute, by method. Methods that are not listed are allowed far more than we ever make. */
const PER_MINUTE: Readonly<Record<string, number>> = {
  'chat.update': 50,
  'conversations.create': 20,
  'conversations.history': 50,
  'conversations.info': 50,
  'conversations.invite': 50,
  'conversations.join': 50,
  'conversations.list': 20,
  'conversations.replies': 50,
  'conversations.setTopic': 20,
  'bookmarks.add': 20,
  'pins.add': 20,
  'usergroups.users.list': 20,
};

/** About one message a second in a channel, and a handful at once. */
const POSTS = { method: 'chat.postMessage', perMinute: 60, atOnce: 5 } as const;

export interface CallBudget {
  /** Milliseconds until the call may be made; 0 where it may be made now, and then it counts. */
  ask(lane: Lane, call: Call): number;
  /** Slack has had enough of such calls for so long. */
  stop(call: Call, forMs: number): void;
}

export interface Call {
  readonly method: string;
  /** Where it posts; null for a call that concerns no channel. */
  readonly channel: string | null;
}

interface Bucket {
  tokens: number;
  atMs: number;
  /** When the last that was told to wait is to come: each comes after the one before. */
  readonly turnMs: Record<Lane, number>;
  stoppedUntilMs: number;
}

interface Limit {
  readonly key: string;
  readonly perMinute: number;
  readonly atOnce: number;
}

const KEPT_AT_MOST = 1_000;

export function createCallBudget({ nowMs }: { readonly nowMs: () => number }): CallBudget {
  const buckets = new Map<string, Bucket>();

  const bucketOf = ({ key, perMinute, atOnce }: Limit): Bucket => {
    const at = nowMs();
    const bucket = buckets.get(key) ?? {
      tokens: atOnce,
      atMs: at,
      turnMs: { halt: Number.NEGATIVE_INFINITY, bulk: Number.NEGATIVE_INFINITY },
      stoppedUntilMs: 0,
    };
    bucket.tokens = Math.min(atOnce, bucket.tokens + ((at - bucket.atMs) * perMinute) / 60_000);
    bucket.atMs = at;
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > KEPT_AT_MOST && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };

  return {
    ask(lane, call) {
      const limit = limitOf(call);
      if (limit === undefined) return 0;
      const bucket = bucketOf(limit);
      const isStopped = bucket.stoppedUntilMs > bucket.atMs;
      if (!isStopped && lane === 'halt') return 0;
      if (!isStopped && bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
      }
      const everyMs = 60_000 / limit.perMinute;
      const earliestMs = Math.max(bucket.stoppedUntilMs, bucket.turnMs[lane] + everyMs);
      const missing = lane === 'halt' ? 0 : Math.max(0, 1 - bucket.tokens);
      bucket.turnMs[lane] = Math.max(earliestMs, bucket.atMs + missing * everyMs);
      return Math.max(bucket.turnMs[lane] - bucket.atMs, 1);
    },
    stop(call, forMs) {
      const limit = limitOf(call);
      if (limit === undefined) return;
      const bucket = bucketOf(limit);
      bucket.stoppedUntilMs = Math.max(bucket.stoppedUntilMs, bucket.atMs + forMs);
    },
  };
}

function limitOf({ method, channel }: Call): Limit | undefined {
  if (method === POSTS.method && channel !== null) {
    const { perMinute, atOnce } = POSTS;
    return { key: `${method} ${channel}`, perMinute, atOnce };
  }
  const perMinute = PER_MINUTE[method];
  return perMinute === undefined ? undefined : { key: method, perMinute, atOnce: perMinute };
}
