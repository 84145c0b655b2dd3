import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLull } from '../../src/operations/halting/lull.js';

describe('the lull between an order and its answers', () => {
  it('keeps nobody waiting while nothing happens', async () => {
    const lull = createLull();

    const first = await Promise.race([lull.wait().then(() => 'quiet'), sleep(20, 'still waiting')]);

    expect(first).toBe('quiet');
  });

  it('holds cards back while answers come in, and lets them go when the last has come', async () => {
    const lull = createLull();
    const heard: string[] = [];

    lull.stir();
    const card = lull.wait().then(() => heard.push('card'));
    for (const answer of ['one', 'two', 'three']) {
      await sleep(15);
      lull.stir();
      heard.push(answer);
    }
    await card;

    expect(heard).toEqual(['one', 'two', 'three', 'card']);
  });

  it('shows people something after a second, however many answers are still coming', async () => {
    const lull = createLull();
    const stirring = setInterval(() => lull.stir(), 10);

    lull.stir();
    const first = await Promise.race([
      lull.wait().then(() => 'shown'),
      sleep(10_000, 'never shown', { ref: false }),
    ]);
    clearInterval(stirring);

    expect(first).toBe('shown');
  });
});
