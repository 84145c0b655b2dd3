/** What the sandbox remembers of its state, so that looking again costs nothing. */
import { describe, expect, it } from 'vitest';
import { RememberedReads } from '../../src/sandbox/slack/state/remembered-reads.js';

/** Something that is read and changed, where it is to be seen how often it was asked. */
function aState() {
  const reads = new RememberedReads<number>();
  const state = { value: 0, asked: 0 };
  const ask = (): Promise<number> => {
    state.asked += 1;
    return Promise.resolve(state.value);
  };
  return { state, look: () => reads.read('value', ask), change: reads.change.bind(reads), reads };
}

describe('an answer that is remembered', () => {
  it('is asked for once until something changes', async () => {
    const { state, look } = aState();

    const seen = [await look(), await look(), await look()];

    expect(seen).toEqual([0, 0, 0]);
    expect(state.asked).toBe(1);
  });

  it('is forgotten when something has changed', async () => {
    const { state, look, change } = aState();
    await look();

    await change(async () => void (state.value = 1));

    expect(await look()).toBe(1);
  });

  it('is forgotten where it was asked for in the middle of a change', async () => {
    const { state, look, change } = aState();
    let finish = (): void => undefined;
    const changed = change(() => new Promise<void>((resolve) => (finish = resolve)));
    expect(await look()).toBe(0);

    state.value = 1;
    finish();
    await changed;

    expect(await look()).toBe(1);
  });

  it('is asked for again where asking failed', async () => {
    const { reads } = aState();

    const failed = reads.read('value', () => Promise.reject(new Error('gone')));

    await expect(failed).rejects.toThrow('gone');
    expect(await reads.read('value', () => Promise.resolve(7))).toBe(7);
  });
});
