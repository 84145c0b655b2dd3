import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aGateway, send } from '../support/gateways.js';
import { openHaltDesk, type HaltDesk } from '../support/halting.js';
import { order } from '../support/quarantine.js';
import { wrapped } from '../support/wrapped-store.js';

const HOOK = '/v1/hooks/claude-code';
const GUARDRAIL = '/beta/litellm_basic_guardrail_api';
const JSON_BODY = { 'content-type': 'application/json' };

/** What the client sends before a tool is used. */
const USE = {
  session_id: 'abc123',
  transcript_path: '/tmp/transcript.jsonl',
  cwd: '/tmp',
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'stripe.refund',
  tool_input: { amount: 100 },
  tool_use_id: 'toolu_01',
};

/** What the proxy sends before a call of the model. */
const CALL = {
  texts: ['refund the order'],
  images: null,
  tools: [{ type: 'function', function: { name: 'stripe.refund', parameters: {} } }],
  structured_messages: [{ role: 'user', content: 'refund the order' }],
  tool_calls: null,
  request_data: { user_api_key_hash: 'h', user_api_key_alias: 'billing-agent', user_api_key_team_id: null },
  input_type: 'request',
  litellm_call_id: 'call-1',
  litellm_trace_id: 'trace-1',
  additional_provider_specific_params: {},
};
const ANSWER = {
  ...CALL,
  input_type: 'response',
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'stripe.refund', arguments: '{}' } }],
};

async function openDoor() {
  const desk = await openHaltDesk();
  const { token } = await aGateway(desk);
  const post = async (
    path: string,
    body: unknown,
    change: { headers?: object; token?: string | null } = {},
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { ...JSON_BODY, ...change.headers };
    const bearer = change.token === undefined ? token : change.token;
    const answer = await send(desk.url, { path, method: 'POST', headers, token: bearer, body: text });
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
  };
  const hook = (change: object = {}) =>
    post(HOOK, { ...USE, ...change }, { headers: { 'x-halt-agent': 'billing-agent' } });
  return { desk, token, post, hook };
}

const decisionOf = ({ body }: { body: Record<string, unknown> }): unknown => body['hookSpecificOutput'];
const denied = (reason: string) => ({
  hookEventName: 'PreToolUse',
  permissionDecision: 'deny',
  permissionDecisionReason: expect.stringContaining(reason) as string,
});

describe('the PreToolUse hook of Claude Code', () => {
  it('decides nothing where no order stands, so that the permissions of the session still apply', async () => {
    const { hook } = await openDoor();

    const answer = await hook();

    expect([answer.status, decisionOf(answer)]).toEqual([200, { hookEventName: 'PreToolUse' }]);
  });

  it('denies a halted tool, with the order and its reason for the model', async () => {
    const { desk, hook } = await openDoor();
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });

    expect(decisionOf(await hook())).toEqual(denied('H-1: it spends too much'));
    expect(decisionOf(await hook({ tool_name: 'stripe.invoice' }))).not.toHaveProperty('permissionDecision');
  });

  it('says of a held tool that nothing waits, and what lets it run again', async () => {
    const { desk, hook } = await openDoor();
    await order(desk.deps, 'hold', { kind: 'tool', tool: 'stripe.refund' });

    expect(decisionOf(await hook())).toEqual(denied('nothing waits. It passes once H-1 is lifted'));
  });

  it('denies the one action that was halted, by the id of its use', async () => {
    const { desk, hook } = await openDoor();
    await desk.order({ kind: 'action', actionId: 'toolu_01' });

    expect(decisionOf(await hook())).toEqual(denied('H-1'));
    expect(decisionOf(await hook({ tool_use_id: 'toolu_02' }))).not.toHaveProperty('permissionDecision');
  });

  it.each([
    ['without a token', USE, { token: null }],
    ['with a token that nobody made', USE, { token: 'invented' }],
    ['for another event', { ...USE, hook_event_name: 'PostToolUse' }, {}],
    ['with what is no JSON', '<html>', {}],
    ['with another content type', 'x', { headers: { 'content-type': 'text/html' } }],
    ['with nothing', '{}', {}],
  ])('denies with 200 when asked %s: any other status would let the tool run', async (_, body, change) => {
    const { post } = await openDoor();

    const answer = await post(HOOK, body, change);

    expect([answer.status, decisionOf(answer)]).toEqual([200, denied('Refused by Haltline')]);
  });
});

describe('the generic guardrail of LiteLLM', () => {
  it.each([
    ['a call of the model', CALL],
    ['the tools that the model wants', ANSWER],
  ])('lets %s pass where no order stands', async (_, body) => {
    const { post } = await openDoor();

    expect(await post(GUARDRAIL, body)).toEqual({ status: 200, body: { action: 'NONE' } });
  });

  it('blocks the calls of a halted agent, named by its virtual key', async () => {
    const { desk, post } = await openDoor();
    await desk.order({ kind: 'agent', agentId: 'billing-agent' });
    const other = { ...CALL, request_data: { user_api_key_alias: 'support-agent' } };

    expect(await post(GUARDRAIL, CALL)).toEqual({
      status: 200,
      body: { action: 'BLOCKED', blocked_reason: 'Refused by Haltline: H-1: it spends too much' },
    });
    expect((await post(GUARDRAIL, other)).body).toEqual({ action: 'NONE' });
  });

  it('says of a held tool that nothing waits, and what lets it run again', async () => {
    const { desk, post } = await openDoor();
    await order(desk.deps, 'hold', { kind: 'tool', tool: 'stripe.refund' });

    const { body } = await post(GUARDRAIL, ANSWER);

    expect(body).toMatchObject({
      action: 'BLOCKED',
      blocked_reason: expect.stringContaining('nothing waits. It passes once H-1 is lifted') as string,
    });
  });

  it('lets an agent think on whose tool is halted, and blocks the answer that would use it', async () => {
    const { desk, post } = await openDoor();
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });

    expect((await post(GUARDRAIL, CALL)).body).toEqual({ action: 'NONE' });
    expect((await post(GUARDRAIL, ANSWER)).body).toMatchObject({ action: 'BLOCKED' });
  });

  it('blocks the model too where the proxy is too old to ask about tools', async () => {
    const { desk, post } = await openDoor();
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });
    const { tool_calls: _, ...old } = CALL;

    expect((await post(GUARDRAIL, old)).body).toMatchObject({ action: 'BLOCKED' });
  });

  it('pitfall 17: blocks under any order where the parameters name another agent than the key', async () => {
    const { desk, post } = await openDoor();
    await desk.order({ kind: 'agent', agentId: 'catalogue-agent' });
    const forged = { ...CALL, additional_provider_specific_params: { agent: 'support-agent' } };

    expect((await post(GUARDRAIL, forged)).body).toMatchObject({ action: 'BLOCKED' });
  });

  it('takes the token as the key of the guardrail', async () => {
    const { post, token } = await openDoor();

    expect((await post(GUARDRAIL, CALL, { token: null, headers: { 'x-api-key': token } })).body).toEqual({
      action: 'NONE',
    });
  });

  it('takes prompts larger than other bodies may be', async () => {
    const { post } = await openDoor();

    expect((await post(GUARDRAIL, { ...CALL, texts: ['x'.repeat(2_000_000)] })).body).toEqual({
      action: 'NONE',
    });
  });

  it.each([
    ['without a token', CALL, { token: null }],
    ['with what is no JSON', '<html>', {}],
    ['with nothing', '{}', {}],
  ])('blocks with 200 when asked %s', async (_, body, change) => {
    const { post } = await openDoor();

    expect(await post(GUARDRAIL, body, change)).toMatchObject({ status: 200, body: { action: 'BLOCKED' } });
  });
});

describe('pitfall 25: when the store fails', () => {
  const broken = { token: () => Promise.reject(new Error('disk full')) };

  async function openBrokenDoor() {
    let isBroken = false;
    const desk: HaltDesk = await openHaltDesk({
      through: (store) =>
        wrapped(store, {
          token: (hash) => (isBroken ? broken.token() : store.token(hash)),
          transact: (work) => (isBroken ? Promise.reject(new Error('disk full')) : store.transact(work)),
        }),
    });
    return { desk, gateway: await aGateway(desk), fail: () => (isBroken = true) };
  }

  it('an order that cannot be written is enforced at the gateway all the same', async () => {
    const { desk, gateway, fail } = await openBrokenDoor();
    const before = await gateway.about('billing-agent');
    fail();

    const { recorded } = await desk.order();

    expect([before.status, recorded, (await gateway.about('billing-agent')).status]).toEqual([
      200,
      false,
      403,
    ]);
  });

  it('nobody passes whose token cannot be looked up any more, and nobody sees a 5xx', async () => {
    const { gateway, fail } = await openBrokenDoor();
    const before = await gateway.about('billing-agent');
    fail();
    await sleep(1_600);

    const { status, headers } = await gateway.about('billing-agent');

    expect([before.status, status]).toEqual([200, 403]);
    expect(headers['x-halt-reason']).toBe('Haltline could not judge this request: refused');
  });
});
