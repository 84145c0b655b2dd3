/** Socket Mode without its traps: whatever takes the connections away, we listen again by ourselves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { setStage, type Stage } from '../support/stage.js';

async function answers(stage: Stage): Promise<void> {
  const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'help');
  expect(answer.ephemeral?.text).toContain('/halt: Stop agents');
}

async function listening(stage: Stage, connections = 2): Promise<void> {
  await stage.until(
    () => stage.workspace.socketConnections() === connections || undefined,
    `${connections} connections`,
  );
}

/** What nobody awaited while the test ran. */
function lostPromises(): unknown[] {
  const lost: unknown[] = [];
  const note = (reason: unknown): void => void lost.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return lost;
}

describe('deaf sockets', () => {
  it('listens over two connections', async () => {
    const stage = await setStage();

    await listening(stage);

    await answers(stage);
  });

  it.each(['abrupt', 'warning', 'refresh_requested'] as const)(
    'listens again almost at once after both connections went away: %s',
    async (reason) => {
      const stage = await setStage();
      await listening(stage);

      stage.workspace.disconnectSockets(reason);
      const startedAt = performance.now();
      await stage.until(() => stage.workspace.socketConnections() < 2 || undefined, 'them to go');
      await listening(stage);

      expect(performance.now() - startedAt).toBeLessThan(4_000);
      await answers(stage);
    },
  );

  it('asks again and again while apps.connections.open answers 503, says that it is deaf, and loses no promise', async () => {
    const stage = await setStage();
    const lost = lostPromises();
    const refusing = stage.workspace.faults.add({ method: 'apps.connections.open', kind: 'http_503' });

    stage.workspace.disconnectSockets();
    const deaf = await stage.until(async () => {
      const { status, text } = await stage.ask('/readyz');
      return status === 503 && text.includes('0 of 2') ? text : undefined;
    }, '/readyz to say so');
    expect(deaf).toMatch(/0 of 2 socket connections open/);
    await stage.until(() => refusing.hits() > 5 || undefined, 'several attempts');
    refusing.clear();

    await listening(stage);
    expect((await stage.ask('/readyz')).status).toBe(200);
    await answers(stage);
    await sleep(50);
    expect(lost).toEqual([]);
  });

  it('names the reason when the app-level token is no good', async () => {
    const stage = await setStage();
    stage.workspace.faults.add({ method: 'apps.connections.open', kind: 'error', error: 'invalid_auth' });

    stage.workspace.disconnectSockets();

    const { text } = await stage.until(async () => {
      const answer = await stage.ask('/readyz');
      return answer.text.includes('invalid_auth') ? answer : undefined;
    }, 'the reason');
    expect(text).toContain('0 of 2 socket connections open (invalid_auth)');
  });
});
