import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aGateway } from '../support/gateways.js';
import { aTokenRow, eventually, openHaltDesk } from '../support/halting.js';
import { wrapped } from '../support/wrapped-store.js';

describe('whoever is not a gateway', () => {
  it.each([
    ['no token', null, 401],
    ['a token that nobody made', 'hlt_gateway_invented', 401],
  ] as const)('is refused with %s', async (_, token, status) => {
    const desk = await openHaltDesk();
    const { ask } = await aGateway(desk);

    expect((await ask({ token })).status).toBe(status);
  });

  it('is refused with a token of another scope', async () => {
    const desk = await openHaltDesk();
    const { ask } = await aGateway(desk);

    expect((await ask({ token: desk.guardToken })).status).toBe(403);
  });

  it('is refused within two seconds of the revocation of its token', async () => {
    const desk = await openHaltDesk();
    const token = await aTokenRow(desk.deps, { id: 'tok-edge', name: 'edge', scopes: ['gateway'] });
    const { ask } = await aGateway(desk);
    const before = await ask({ token });

    await desk.deps.store.transact((tx) => tx.revokeToken('tok-edge', desk.deps.now()));
    const revokedMs = performance.now();
    await eventually(
      () => sleep(20).then(() => ask({ token })),
      ({ status }) => status === 401,
    );

    expect(before.status).toBe(200);
    expect(performance.now() - revokedMs).toBeLessThan(2_000);
  });
});

it('survives gateways that hang up while their token is looked up', async () => {
  let ask: (() => void) | undefined;
  const slow = new Promise<void>((resolve) => (ask = resolve));
  const desk = await openHaltDesk({
    through: (store) => wrapped(store, { token: (hash) => slow.then(() => store.token(hash)) }),
  });
  const { token, about } = await aGateway(desk);
  const socket = connect(Number(new URL(desk.url).port), '127.0.0.1');
  socket.write(`GET /v1/authz HTTP/1.1\r\nhost: x\r\nx-haltline-token: ${token}\r\n\r\n`);
  await sleep(50);

  socket.destroy();
  await sleep(50);
  ask?.();

  expect((await about('billing-agent')).status).toBe(200);
});
