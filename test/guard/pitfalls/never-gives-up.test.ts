/** Halting.md §4.8, pitfalls 18 and 19: no number of failures ends the trying. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { streamProxy } from '../../support/bad-proxy.js';
import { eventually, openHaltDesk } from '../../support/halting.js';

it('pitfall 19: a guard that was refused two hundred times works again when it is let in', async () => {
  const desk = await openHaltDesk();
  const proxy = await streamProxy(desk.url, 'refuses all');
  // The pause between two attempts is drawn: always the shortest, or this would take minutes.
  const drawn = vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => {
    drawn.mockRestore();
  });
  const guard = desk.guard({ url: proxy.url });
  await eventually(
    () => proxy.asked.length,
    (times) => times > 200,
    15_000,
  );

  proxy.become('none');
  await guard.ready();

  expect(guard.state).toBe('live');
});
