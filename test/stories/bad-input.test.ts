/** Whatever people, programs and agents send: a clear answer, nothing lost, and the bot goes on. */
import { describe, expect, it } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import { ask, BOT_TOKEN, makeToken, type Answer, type Request } from '../support/bot-process.js';
import { withBot } from '../support/story-bot.js';

const ALERTS = '/v1/alerts/alertmanager';

describe('bad input at the running bot', () => {
  const story = withBot();
  const send = (path: string, request: Request = {}): Promise<Answer> => ask(story.url, path, request);

  it('refuses a wrong token with 401 and says that a valid one is needed', async () => {
    const answer = await send(ALERTS, { body: aPayload(new Date()), token: 'not-a-token-of-ours' });

    expect(answer).toMatchObject({
      status: 401,
      json: { status: 401, detail: expect.stringContaining('token') },
    });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('refuses a request without any token in the same way', async () => {
    expect(await send(ALERTS, { body: aPayload(new Date()), token: null })).toMatchObject({ status: 401 });
  });

  it('refuses a token without the scope with 403 and names the scope', async () => {
    const token = await makeToken(story.url, { scopes: ['read'] });

    const answer = await send(ALERTS, { body: aPayload(new Date()), token });

    expect(answer).toMatchObject({ status: 403, json: { detail: expect.stringContaining('alerts') } });
  });

  it.each(['{"alerts": [', 'alert: please', '', 'null', '[]', '"text"'])(
    'refuses rubbish with 400 and says what was expected: %s',
    async (body) => {
      const answer = await send(ALERTS, { body });

      expect(answer).toMatchObject({ status: 400, json: { title: 'The request cannot be read' } });
    },
  );

  it('refuses a body of 10 MB with 413 and says how much it takes', async () => {
    const answer = await send(ALERTS, { body: { filler: 'x'.repeat(10_000_000) } });

    expect(answer).toMatchObject({ status: 413, json: { detail: expect.stringContaining('1 MiB') } });
  });

  it('refuses an unknown source with 404 and names the known ones', async () => {
    const answer = await send('/v1/alerts/nagios', { body: {} });

    expect(answer).toMatchObject({
      status: 404,
      json: { detail: expect.stringMatching(/alertmanager.*generic/) },
    });
  });

  it('opens an incident for an agent that nobody registered, and says so', async () => {
    const startsAt = new Date().toISOString();
    const alert = { id: 'travel-1', startsAt, title: 'It books flights', agent: 'travel-agent' };

    const answer = await send('/v1/alerts/generic', { body: { alerts: [alert] } });

    expect(answer).toMatchObject({
      status: 200,
      json: { outcomes: [{ outcome: 'opened', note: expect.stringContaining('not in agents.yml') }] },
    });
    const channel = await story.workspace.waitFor(
      async () => (await story.workspace.channels()).find(({ name }) => name.includes('travel-agent')),
      { timeoutMs: 20_000, everyMs: 200 },
    );
    const card = await story.workspace.waitFor(
      async () =>
        (await story.workspace.messages(channel.id)).find(({ text }) => text.includes('It books flights')),
      { timeoutMs: 20_000, everyMs: 200 },
    );
    expect(JSON.stringify(card.blocks)).toContain('travel-agent');
  });

  it('is still ready after all of it, and has stored nothing but what was good', async () => {
    const { json } = await send('/v1/incidents');

    expect(json).toMatchObject({ incidents: [expect.objectContaining({ name: 'INC-1' })] });
    expect((await send('/readyz')).status).toBe(200);
    expect(story.bot.said()).not.toContain(BOT_TOKEN);
  });
});
