import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import type { Store, Transaction } from '../../store/types.js';
import { writeTogether } from '../write-together.js';

/** A post that is to be stored and taken later. */
export interface HoldPost {
  readonly source: string;
  readonly body: object;
  /** The claim on its delivery; null where it has none. One that is claimed already is not held again. */
  readonly claim: string | null;
  readonly at: Instant;
}

/** More than this is not held for one source: then the sender has to keep it. */
const MOST_HELD = 20_000;
/** Posts stored in one transaction. */
const AT_ONCE = 200;

type Hold = (post: HoldPost) => Promise<boolean>;

const holders = new WeakMap<Store, Hold>();

/** Stores a post until its turn comes, with others that come at about the same time. DomainError `unavailable` where too many wait. */
export async function holdPost({ store }: { readonly store: Store }, post: HoldPost): Promise<void> {
  let hold = holders.get(store);
  if (hold === undefined) {
    hold = writeTogether((posts) => store.transact((tx) => holdAllIn(tx, posts)), AT_ONCE);
    holders.set(store, hold);
  }
  if (await hold(post)) return;
  throw new DomainError(
    'unavailable',
    `${MOST_HELD} posts of ${post.source} wait already: send it again later.`,
  );
}

/** For each whether there was room. */
async function holdAllIn(tx: Transaction, posts: readonly HoldPost[]): Promise<boolean[]> {
  const held = new Map<string, number>();
  const hasRoom: boolean[] = [];
  for (const { source, body, claim, at } of posts) {
    const before = held.get(source) ?? (await tx.countHeldPosts(source));
    const isNew = before < MOST_HELD && (claim === null || (await tx.claim(claim, at)));
    if (isNew) await tx.holdPost({ source, receivedAt: at, body });
    held.set(source, isNew ? before + 1 : before);
    hasRoom.push(before < MOST_HELD);
  }
  return hasRoom;
}
