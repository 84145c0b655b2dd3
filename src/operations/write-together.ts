import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const LONGEST_PAUSE_MS = 50;

/**
 * Collects what is asked for at about the same time and has it written at once: ten thousand guards that come back
 * after a restart must not cost ten thousand commits. Who comes alone is written at once; between two writes it
 * pauses for as long as the first took, twice over, because a commit stops the event loop and nobody could join.
 * `write` answers each item in its place; where it fails, everybody who waited for it is told.
 */
export function writeTogether<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  atMost: number,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let working = false;
  const writeNext = async (): Promise<void> => {
    const group = waiting.splice(0, atMost);
    try {
      const results = await write(group.map(({ item }) => item));
      for (const [index, result] of results.entries()) group[index]?.resolve(result);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const work = async (): Promise<void> => {
    working = true;
    await nextTurn();
    while (waiting.length > 0) {
      const begunMs = performance.now();
      await writeNext();
      await sleep(Math.min(LONGEST_PAUSE_MS, 2 * (performance.now() - begunMs)));
    }
    working = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!working) void work();
    });
}
