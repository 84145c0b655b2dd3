/** What people see of tokens at a terminal. */
import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/cli/http-client.js';
import { token } from '../../src/cli/token.js';
import { BOOTSTRAP, openHttpDesk } from '../support/http-desk.js';

async function openTerminal() {
  const { server } = await openHttpDesk();
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const connection = { url, token: BOOTSTRAP };
  return {
    run: (words: readonly string[], options: Record<string, string | string[]> = {}) =>
      token.run({ words, options, connection, say: () => undefined }),
  };
}

describe('haltline token', () => {
  it('list says for whom each token speaks, and warns of one that speaks for any agent', async () => {
    const { run } = await openTerminal();
    await run(['create'], { name: 'pager', scope: ['operate'], role: ['on-call-sre'], person: 'U0SRE1' });
    await run(['create'], { name: 'billing', scope: ['guard'], agent: 'billing-agent' });
    await run(['create'], { name: 'loose', scope: ['guard'] });

    const listed = await run(['list']);

    expect(listed?.lines.map((line) => line.slice(line.indexOf('  '))).toSorted()).toEqual([
      '  billing  guard  billing-agent',
      '  loose  guard  ANY agent',
      '  pager  operate  as on-call-sre  for U0SRE1',
    ]);
  });

  it('create says which word was wrong, not only that one was', async () => {
    const { run } = await openTerminal();

    const refused = run(['create'], { name: 'x', scope: ['admin'] });

    await expect(refused).rejects.toBeInstanceOf(CallError);
    await expect(refused).rejects.toThrow(/#\/scopes\/0: .*"guard"/);
  });
});
