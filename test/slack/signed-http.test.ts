/** Signed HTTP: only what Slack signed, and signed just now, is listened to; nothing that is sent ends the process. */
import { describe, expect, it } from 'vitest';
import { sign } from '../../src/sandbox/slack/delivery/signed-http.js';
import { setStage, type Stage } from '../support/stage.js';

const FORM = 'application/x-www-form-urlencoded';

interface Post {
  readonly body: string;
  readonly type?: string;
  /** How many seconds ago it was signed. */
  readonly age?: number;
  readonly signature?: string;
}

function post({ url, workspace }: Stage, { body, type = FORM, age = 0, signature }: Post): Promise<Response> {
  const timestamp = Math.floor(Date.now() / 1_000) - age;
  return fetch(`${url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': signature ?? sign(workspace.signingSecret, timestamp, body),
    },
    body,
  });
}

const HELP = new URLSearchParams({
  command: '/halt',
  text: 'help',
  user_id: 'U0SRE1',
  channel_id: 'C000000001',
  team_id: 'T000000001',
  trigger_id: '1.1.abc',
}).toString();

const ALL = HELP.replace('text=help', 'text=all');

describe('a command over signed HTTP', () => {
  it('is answered in the response', async () => {
    const stage = await setStage({ delivery: 'http' });

    const response = await post(stage, { body: HELP });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ response_type: 'ephemeral' });
  });

  it.each([
    ['is signed with another secret', { body: ALL, signature: `v0=${'0'.repeat(64)}` }],
    ['was signed ten minutes ago', { body: ALL, age: 600 }],
    ['is not signed at all', { body: ALL, signature: '' }],
    ['is rubbish that nobody signed', { body: '{]', type: 'application/json', signature: 'v0=x' }],
  ])('is refused when it %s', async (_why, sent) => {
    const stage = await setStage({ delivery: 'http' });

    const response = await post(stage, sent);

    expect(response.status).toBe(401);
    expect(await stage.entries('plane')).toEqual([]);
  });

  it('is read when a proxy has added a charset to its content type', async () => {
    const stage = await setStage({ delivery: 'http' });

    const response = await post(stage, { body: HELP, type: `${FORM}; charset=utf-8` });

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('/halt all [reason]');
  });

  it('has a limit', async () => {
    const stage = await setStage({ delivery: 'http' });

    const response = await post(stage, { body: `${ALL}&pad=${'x'.repeat(2_000_000)}` });

    expect(response.status).toBe(413);
  });
});

describe('what Slack asks of a request URL', () => {
  it('answers ssl_check without a signature, and works nothing that is smuggled in with it', async () => {
    const stage = await setStage({ delivery: 'http' });

    const response = await post(stage, { body: `ssl_check=1&${ALL}`, signature: '' });

    expect(response.status).toBe(200);
    expect(await stage.entries('plane')).toEqual([]);
  });

  it('answers url_verification', async () => {
    const stage = await setStage({ delivery: 'http' });
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });

    const response = await post(stage, { body, type: 'application/json' });

    expect(await response.json()).toEqual({ challenge: 'abc' });
  });

  it.each(['GET', 'PUT', 'DELETE', 'HEAD'])('survives a %s, which Slack never sends', async (method) => {
    const stage = await setStage({ delivery: 'http' });

    const response = await fetch(`${stage.url}/slack/events`, { method });

    expect(response.status).toBe(405);
    expect((await stage.ask('/healthz')).status).toBe(200);
  });

  it.each([
    ['no command that we have', HELP.replace('%2Fhalt', '%2Fother')],
    ['a payload that is no JSON', 'payload=%7B%5D'],
  ])('answers %s, and goes on', async (_what, body) => {
    const stage = await setStage({ delivery: 'http' });

    const response = await post(stage, { body });

    expect(response.status).toBeGreaterThanOrEqual(400);
    expect((await post(stage, { body: HELP })).status).toBe(200);
  });

  it('is at no address at all in Socket Mode', async () => {
    const stage = await setStage();

    const response = await fetch(`${stage.url}/slack/events`, { method: 'POST', body: HELP });

    expect(response.status).toBe(404);
  });
});
