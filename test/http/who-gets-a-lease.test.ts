/** Nobody is called connected who was not sent the state, or whose token is worth nothing. */
import { describe, expect, it } from 'vitest';
import { aTokenRow, eventually, openHaltDesk, type HaltDesk } from '../support/halting.js';

const POINT = 'agent=billing-agent&point=billing-1&instance=run-1';

const headed = (desk: HaltDesk, path: string): Promise<Response> =>
  fetch(`${desk.url}${path}?${POINT}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${desk.guardToken}` },
    signal: AbortSignal.timeout(5_000),
  });

/** Opens a stream; `ended` says whether it was cut. */
async function listening(desk: HaltDesk, { token, query }: { token: string; query: string }) {
  const response = await fetch(`${desk.url}/v1/halts/stream${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  let ended = false;
  const read = async (): Promise<void> => {
    for await (const _ of response.body ?? []);
  };
  void read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  return { hasEnded: () => ended };
}

describe('a lease', () => {
  it('is not given to a request for the headers alone, which is answered at once', async () => {
    const desk = await openHaltDesk();

    const stream = await headed(desk, '/v1/halts/stream');
    const poll = await headed(desk, '/v1/halts');

    expect([stream.status, stream.headers.get('allow'), poll.status]).toEqual([405, 'GET', 400]);
    expect(desk.deps.plane.leases.get('billing-1')).toBeUndefined();
  });

  it('ends with the token it was given for: its streams are cut, those of other tokens go on', async () => {
    const desk = await openHaltDesk();
    const lost = await aTokenRow(desk.deps, { id: 'tok_lost', scopes: ['guard'], agentId: 'billing-agent' });
    const leased = await listening(desk, { token: lost, query: `?${POINT}` });
    const watching = await listening(desk, { token: lost, query: '' });
    const other = await listening(desk, { token: desk.guardToken, query: '' });

    await fetch(`${desk.url}/v1/tokens/tok_lost`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${desk.operateToken}` },
    });

    await eventually(
      () => [leased.hasEnded(), watching.hasEnded()],
      (ends) => ends.every(Boolean),
    );
    expect(other.hasEnded()).toBe(false);
  });
});
