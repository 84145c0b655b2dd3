/** What a script learns from `haltline halt`: 0 only where everything that was to stop is proven stopped. */
import { describe, expect, it } from 'vitest';
import { halt } from '../../src/cli/halt.js';
import { eventually, openHaltDesk, type HaltDesk } from '../support/halting.js';

type Options = Record<string, string | boolean>;

/** `progress` is what it says on the way. */
async function say(desk: HaltDesk, words: string, options: Options = {}, progress: string[] = []) {
  const result = await halt.run({
    words: words.split(' '),
    options: { reason: 'refunds go out twice', ...options },
    connection: { url: desk.url, token: desk.operateToken },
    say: (line) => void progress.push(line),
  });
  return { lines: [], ...result };
}

/** One guard, of the billing agent alone. */
async function withGuard(): Promise<HaltDesk> {
  const desk = await openHaltDesk();
  await desk.guard().ready();
  return desk;
}

describe('haltline halt', () => {
  it('ends with 0 once every point has answered', async () => {
    const desk = await withGuard();
    const scope = { kind: 'agent', agentId: 'billing-agent' } as const;
    await desk.order(scope);
    await desk.until('H-1', ({ contained }) => contained !== null);

    const { lines, exitCode } = await say(desk, 'agent billing-agent');

    expect(lines).toEqual([expect.stringMatching(/^H-1 contained at 1 of 1 enforcement points/)]);
    expect(exitCode).toBeUndefined();
  });

  it('ends with 1 where nobody is there to answer', async () => {
    const { lines, exitCode } = await say(await openHaltDesk(), 'all');

    expect(lines[0]).toContain('NOTHING is proven stopped');
    expect(exitCode).toBe(1);
  });

  it('ends with 1, and names them, where agents in scope have no point', async () => {
    const desk = await withGuard();
    await desk.order();
    await desk.until('H-1', ({ contained }) => contained !== null);

    const { lines, exitCode } = await say(desk, 'all');

    expect(lines[0]).toContain('contained at 1 of 1');
    expect(lines[1]).toMatch(/^NOTHING is proven of .*support-agent/);
    expect(exitCode).toBe(1);
  });

  it('goes on looking while the server is being restarted: the order stands', async () => {
    const desk = await withGuard();
    const progress: string[] = [];
    const told = say(desk, 'agent billing-agent', {}, progress);
    await eventually(
      () => progress.length,
      (lines) => lines > 0,
    );
    await desk.restart(600);
    await desk.until('H-1', ({ contained }) => contained !== null);

    expect((await told).lines[0]).toContain('H-1 contained at 1 of 1');
  });

  it('says once what it was told where nobody waits for it', async () => {
    const progress: string[] = [];
    const { lines, exitCode } = await say(await withGuard(), 'all', { 'no-wait': true }, progress);

    expect(lines[0]).toContain('Not proven stopped yet');
    expect([progress, exitCode]).toEqual([[], undefined]);
  });
});
