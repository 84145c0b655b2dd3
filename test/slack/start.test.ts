/** Starting where Slack says no, or says nothing. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStage } from '../support/stage.js';

describe('a bad token at start', () => {
  it('ends the start with a sentence about what to do, and leaves nothing behind', async () => {
    const starting = openStage({
      before: ({ faults }) => faults.add({ method: 'auth.test', kind: 'error', error: 'invalid_auth' }),
    });

    await expect(starting).rejects.toThrow(
      /Slack refuses SLACK_BOT_TOKEN \(invalid_auth\)\. Copy the Bot User OAuth Token again/,
    );
  });
});

describe('Slack unreachable at start', () => {
  it('starts all the same, halts by HTTP, and listens by itself once Slack is back', async () => {
    const stage = await openStage({ before: ({ faults }) => faults.downEverything() });
    onTestFinished(() => stage.close());
    expect((await stage.ask('/readyz')).status).toBe(503);

    const halted = await stage.ask('/v1/halts', { body: { scope: 'all', reason: 'Slack is down' } });
    expect(halted.status).toBeLessThan(300);
    stage.workspace.faults.clearAll();

    await stage.ready();
    const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'all');
    expect(answer.ephemeral?.text).toContain('*H-1* (all agents) is already in force');
  });
});

describe('auth.test that does not answer', () => {
  it('keeps nobody from halting', async () => {
    const stage = await openStage({
      before: ({ faults }) => faults.add({ method: 'auth.test', kind: 'http_503' }),
    });
    onTestFinished(() => stage.close());
    await stage.until(() => stage.workspace.socketConnections() === 2 || undefined, 'two connections');

    const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'all they are at it');

    expect(answer.ephemeral?.text).toContain('Ordered: *H-1*');
  });
});
