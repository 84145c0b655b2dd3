import { describe, expect, it } from 'vitest';
import type { HaltMode, HaltScope } from '../../src/core/halt.js';
import type { Deps } from '../../src/operations/deps.js';
import { askForHalt } from '../../src/operations/halting/ask-for-halt.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { PLANE_STREAM, readPlane } from '../../src/operations/halting/read-plane.js';
import { person } from '../support/desk.js';
import { openPlaneDesk, SRE } from '../support/plane.js';

it('asks everybody who may halt that agent, each once, and halts nothing', async () => {
  const { deps } = await openPlaneDesk();

  const { askId, users } = await askForHalt(deps, {
    scope: { kind: 'agent', agentId: 'billing-agent' },
    mode: 'deny',
    reason: 'it refunds everybody',
    incident: null,
    userId: 'U0NOBODY',
    actor: person('U0NOBODY'),
  });

  expect(users).toEqual(expect.arrayContaining(['U0SRE1', 'U0SEC1', 'U0OWNER1', 'U0IC1']));
  expect(new Set(users).size).toBe(users.length);
  expect(await deps.store.surface(`ask:${askId}:U0SRE1`)).toMatchObject({
    kind: 'halt-ask',
    lane: 'halt',
    target: 'user:U0SRE1',
  });
  expect((await deps.store.readStream(PLANE_STREAM)).map(({ type }) => type)).toEqual(['halt:asked']);
  expect(deps.plane.current().halts).toEqual([]);
});

const ALL: HaltScope = { kind: 'all' };
const BILLING: HaltScope = { kind: 'agent', agentId: 'billing-agent' };

async function asked(deps: Deps, change: { scope?: HaltScope; mode?: HaltMode } = {}): Promise<string> {
  const { askId } = await askForHalt(deps, {
    scope: BILLING,
    mode: 'deny',
    reason: 'it refunds everybody',
    incident: null,
    userId: 'U0NOBODY',
    actor: person('U0NOBODY'),
    ...change,
  });
  return askId;
}

async function order(
  deps: Deps,
  change: { scope?: HaltScope; mode?: HaltMode; rehearsal?: boolean } = {},
): Promise<string> {
  const base = { mode: 'deny', reason: 'why', incident: null, originChannel: null, actor: SRE } as const;
  return (await orderHalt(deps, { scope: ALL, ...base, ...change })).haltId;
}

const answerOf = async (deps: Deps, askId: string) => (await readPlane(deps.store)).asks.get(askId)?.answer;

describe('a plea for a halt', () => {
  it('is one plea for whoever presses twice, and another one for something else or later', async () => {
    const { deps, pass } = await openPlaneDesk();
    const first = await asked(deps);

    const again = await asked(deps);
    const wider = await asked(deps, { scope: ALL });
    pass(6 * 60_000);
    const later = await asked(deps);

    expect(again).toBe(first);
    expect(new Set([first, wider, later]).size).toBe(3);
  });

  it('is answered by an order that stops at least as much, and its message is shown anew', async () => {
    const { deps } = await openPlaneDesk();
    const askId = await asked(deps);
    const before = (await deps.store.surface(`ask:${askId}:U0SRE1`))?.wantedVersion;

    const haltId = await order(deps);

    expect(await answerOf(deps, askId)).toBe(haltId);
    expect((await deps.store.surface(`ask:${askId}:U0SRE1`))?.wantedVersion).toBeGreaterThan(before ?? 0);
  });

  it('is not answered by a rehearsal: nothing is stopped by one', async () => {
    const { deps } = await openPlaneDesk();
    const askId = await asked(deps);

    await order(deps, { rehearsal: true });

    expect(await answerOf(deps, askId)).toBeNull();
  });

  it('is not answered by less than what was asked for', async () => {
    const { deps } = await openPlaneDesk();
    const askId = await asked(deps);

    await order(deps, { mode: 'degraded' });
    await order(deps, { scope: { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' } });

    expect(await answerOf(deps, askId)).toBeNull();
  });

  it('is answered by an order that stands already', async () => {
    const { deps } = await openPlaneDesk();
    const haltId = await order(deps);

    expect(await answerOf(deps, await asked(deps))).toBe(haltId);
  });
});
