import { describe, expect, it } from 'vitest';
import type { HaltScope } from '../../src/core/halt.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { readPlane } from '../../src/operations/halting/read-plane.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { person } from '../support/desk.js';
import { connect, halt, openPlaneDesk, SRE } from '../support/plane.js';

const tool = (name: string, agentId?: string): HaltScope => ({
  kind: 'tool',
  tool: name,
  ...(agentId !== undefined && { agentId }),
});

describe('what an order names', () => {
  it('pitfall 16: a tool that no inventory holds is halted all the same, and the answer says so', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);

    const result = await halt(deps, { scope: tool('crypto.transfer') });

    expect(result.unlisted).toEqual({ kind: 'tool', name: 'crypto.transfer', nearest: null });
    expect(point.heard.at(-1)?.halts).toMatchObject([{ scope: { kind: 'tool', tool: 'crypto.transfer' } }]);
  });

  it('is halted as written where it may be a slip, and the nearest declared word is named', async () => {
    const { deps } = await openPlaneDesk();

    expect(await halt(deps, { scope: tool('stripe.refnd') })).toMatchObject({
      scope: { tool: 'stripe.refnd' },
      unlisted: { nearest: 'stripe.refund' },
    });
  });

  it('is meant whatever its capitals', async () => {
    const { deps } = await openPlaneDesk();

    const result = await halt(deps, { scope: tool('Stripe.Refund', 'Billing-Agent') });

    expect(result).toMatchObject({ scope: tool('stripe.refund', 'billing-agent'), unlisted: null });
  });

  it.each([
    [tool('billing-agent'), /is an agent.*`agent billing-agent`/],
    [tool('database-write'), /is an action class.*`class database-write`/],
    [{ kind: 'class', actionClass: 'stripe.refund' } as const, /is a tool.*`tool stripe.refund`/],
    [{ kind: 'class', actionClass: 'Data base!' } as const, /No action class can be called/],
    [{ kind: 'agent', agentId: 'biling-agent' } as const, /Did you mean `billing-agent`/],
    [tool('stripe.refund', 'nobody'), /no agent "nobody"/],
  ])('is refused where nothing could be meant by it: %j', async (scope, words) => {
    const { deps } = await openPlaneDesk();

    await expect(halt(deps, { scope })).rejects.toThrow(words);
    expect(deps.plane.current().halts).toEqual([]);
  });

  it('is one agent or one action, and reaches whoever could do it', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps, 'billing-1', 'billing-agent');
    await connect(deps, 'support-1', 'support-agent');

    expect((await halt(deps, { scope: tool('email.send', 'support-agent') })).expected).toBe(1);
    expect((await halt(deps, { scope: { kind: 'action', actionId: 'act-1' } })).expected).toBe(2);
  });
});

describe('an order given twice', () => {
  it('is one, also by two people at the same moment through two doors', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);

    const [bySlack, byCli] = await Promise.all([
      halt(deps, { actor: person('U0SRE1'), originChannel: 'C0OPS' }),
      halt(deps, { actor: { ...SRE, via: 'cli' } }),
    ]);

    expect(byCli?.haltId).toBe(bySlack?.haltId);
    expect((await readPlane(deps.store)).orders.size).toBe(1);
  });

  it('is not weakened by the same in another mode: both stand, and the answer says so', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);

    const weaker = await halt(deps, { mode: 'degraded' });

    expect(weaker).toMatchObject({ haltId: 'H-2', beside: ['H-1'] });
    expect(point.heard.at(-1)?.halts.map(({ mode }) => mode)).toEqual(['deny', 'degraded']);
  });
});

describe('a lift', () => {
  it('pitfall 22: an order given while a lift is under way wins, even the very same', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);
    const { digest } = await requestLift(deps, {
      haltId: 'H-1',
      reason: 'fixed',
      actor: person('U0SRE1'),
      person: 'U0SRE1',
    });

    const [again, lifted] = await Promise.allSettled([
      halt(deps),
      approveLift(deps, { haltId: 'H-1', digest, actor: person('U0IC1'), person: 'U0IC1' }),
    ]);

    expect(again).toMatchObject({ status: 'fulfilled', value: { haltId: 'H-2', existed: false } });
    expect(lifted.status === 'rejected' || point.heard.at(-1)?.halts.length === 1).toBe(true);
    expect(point.heard.at(-1)?.halts.map(({ id }) => id)).toContain('H-2');
  });

  it('of all agents is never done by two owners alone', async () => {
    const roles = ['on-call-sre', 'incident-commander'];
    const { deps } = await openPlaneDesk({
      directory: () => ({ membersOf: () => [], rolesOf: () => ({ roles, owns: ['billing-agent'] }) }),
    });
    await halt(deps);
    const asked = { haltId: 'H-1', actor: person('U0OWNER1'), person: 'U0OWNER1' };
    const { digest } = await requestLift(deps, { ...asked, reason: 'fixed' });

    await expect(
      approveLift(deps, { haltId: 'H-1', digest, actor: person('U0OWNER2'), person: 'U0OWNER2' }),
    ).rejects.toThrow(/must not be an owner/);
  });
});

it('pitfall 26: a full disk stops no halt: every guard hears it, and it is written when that works again', async () => {
  const { deps, breakStore, logged } = await openPlaneDesk();
  const point = await connect(deps);
  breakStore(true);

  const result = await halt(deps, { scope: tool('stripe.refund', 'billing-agent') });

  expect(result).toMatchObject({ recorded: false, expected: 1 });
  expect(point.heard.at(-1)?.halts).toMatchObject([{ id: 'H-1' }]);
  expect(logged.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    'HALT NOT RECORDED: broadcast all the same, still trying to write',
  ]);
  breakStore(false);
  await point.say('quiesced');
  expect((await readPlane(deps.store)).orders.get('H-1')).toMatchObject({ recordedLate: true });
});
