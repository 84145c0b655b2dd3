import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UsageError, type CliInput, type CliResult } from '../../src/cli/define-cli-command.js';
import { harmless } from '../../src/cli/harmless.js';
import { incident } from '../../src/cli/incident.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { openByAlert, person } from '../support/desk.js';
import { aToken, BOOTSTRAP, openHttpDesk, type HttpDeskOptions } from '../support/http-desk.js';
import { closing } from '../support/rollback.js';
import { ACTION, aContentKey, aRefund, openTelemetryDesk } from '../support/telemetry-desk.js';

interface Words {
  readonly token?: string;
  readonly options?: CliInput['options'];
}

/** A running server with a door that listens, and the command against it. */
async function aServer(options: HttpDeskOptions = {}) {
  const desk = await openHttpDesk(options);
  await desk.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = desk.server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    desk,
    run: async (words: readonly string[], { token = BOOTSTRAP, options: given = {} }: Words = {}) => {
      const connection = { url, token };
      const result = await incident.run({ words, options: given, connection, say: () => undefined });
      return result ?? expect.fail('it printed nothing');
    },
  };
}

const textOf = ({ lines }: CliResult): string => lines.join('\n');

describe('haltline incident trace', () => {
  it('says what the agent was told, thought and did around an action, in order, and what nobody knows', async () => {
    const { telemetry, sends } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await sends(aRefund());
    const { run } = await aServer({ http: { telemetry } });

    const result = await run(['trace', ACTION]);

    const text = textOf(result);
    expect(text).toContain(`Action ${ACTION} of `);
    expect(text.indexOf('reasoning')).toBeLessThan(text.indexOf('tool-call'));
    expect(text).toContain('The order was paid twice.');
    expect(text).toContain('UNKNOWN check: ');
    expect(result.json).toMatchObject({ actionId: ACTION });
  });

  it('passes on why nothing is known of an action', async () => {
    const { telemetry } = await openTelemetryDesk();
    const { run } = await aServer({ http: { telemetry } });

    await expect(run(['trace', 'no/such action'])).rejects.toThrow(
      'Nothing that is stored bears this action id.',
    );
  });
});

describe('haltline incident release-hold', () => {
  it('releases the hold of a closed incident for a person of legal, with a reason, and says that it is final', async () => {
    const { desk, run } = await aServer();
    const name = await openByAlert(desk.deps);
    await acknowledgePage(desk.deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    await closeIncident(desk.deps, closing(name, 'a test'));
    const token = await aToken(desk, { scopes: ['operate'], roles: ['legal'], person: 'U0LEGAL1' });

    const released = await run(['release-hold', name], {
      token,
      options: { reason: 'the case is settled' },
    });

    expect(textOf(released)).toContain(`The hold of ${name} was released at `);
    expect(textOf(released)).toContain('cannot be taken back');
    await expect(run(['release-hold', name], { token, options: { reason: 'again' } })).rejects.toThrow(
      /was released by U0LEGAL1/u,
    );
  });

  it('asks for the reason before it asks the server', async () => {
    const { run } = await aServer();

    await expect(run(['release-hold', 'INC-1'])).rejects.toThrow(UsageError);
  });
});

describe('haltline incident acknowledge', () => {
  it('says that you are on it, and to whoever comes later who is', async () => {
    const { desk, run } = await aServer();
    const name = await openByAlert(desk.deps);
    const token = await aToken(desk, { scopes: ['operate'], roles: ['on-call-sre'], person: 'U0SRE1' });

    const mine = await run(['acknowledge', name], { token });
    const again = await run(['acknowledge', name], { token });

    expect(textOf(mine)).toBe(`You are on ${name} since ${desk.clock.now()}: nobody else is paged for it.`);
    expect(textOf(again)).toBe(`U0SRE1 has been on ${name} since ${desk.clock.now()}.`);
    await expect(run(['acknowledge', name])).rejects.toThrow(/token that stands for one/u);
  });
});

describe('what is printed', () => {
  it('moves no cursor and turns no text round, whatever an agent is called', () => {
    expect(harmless('a\u001b[2Jb\tc\nd\u202ee\u0007\r')).toBe('a[2Jb\tc\nde');
  });

  it('names the verbs there are for one that there is not', async () => {
    const { run } = await aServer();

    await expect(run(['shwo'])).rejects.toThrow(/none of list, show, post-mortem, trace, release-hold/u);
  });
});

describe('haltline incident post-mortem', () => {
  it('says of a file that cannot be written what to look at', async () => {
    const { desk, run } = await aServer();
    await openByAlert(desk.deps);

    const asked = run(['post-mortem', 'INC-1'], { options: { out: '/no/such/folder/INC-1.md' } });

    await expect(asked).rejects.toThrow('/no/such/folder/INC-1.md cannot be written: is there such a folder');
  });
});
