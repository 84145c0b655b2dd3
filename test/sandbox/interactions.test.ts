import { describe, expect, it } from 'vitest';
import { setStage } from './stage.js';
import { ADA, BOB, buttons } from './support.js';

const stage = setStage();

describe('slash commands', () => {
  it('bring what was typed, and show the acknowledgement to the person alone', async () => {
    const workspace = await stage.start((app) =>
      app.command('/halt', async ({ ack, command }) => {
        await ack(`halting ${command.text} for ${command.user_name} in ${command.channel_name}`);
      }),
    );

    const outcome = await workspace.person(ADA).slash('/halt', 'all', { channel: 'random' });

    expect(outcome).toMatchObject({
      timedOut: false,
      ephemeral: { text: 'halting all for ada in random', userId: ADA },
    });
    expect(workspace.ephemerals(BOB)).toEqual([]);
  });

  it('answer in the channel when the acknowledgement says so', async () => {
    const workspace = await stage.start((app) =>
      app.command('/status', ({ ack }) => ack({ response_type: 'in_channel', text: 'all quiet' })),
    );

    const outcome = await workspace.person(ADA).slash('/status');

    const general = (await workspace.channelNamed('general'))?.id ?? '';
    expect(outcome.ephemeral).toBeUndefined();
    expect(await workspace.messages(general)).toMatchObject([{ text: 'all quiet', userId: 'U0SANDBOXBOT' }]);
  });

  it('time out when nobody acknowledges', async () => {
    const workspace = await stage.start((app) => app.command('/halt', () => Promise.resolve()), {
      ackTimeoutMs: 100,
    });

    expect(await workspace.person(ADA).slash('/halt')).toMatchObject({
      timedOut: true,
      error: 'operation_timeout',
    });
  });

  it('fail to dispatch when nobody is connected', async () => {
    const workspace = await stage.open();

    expect(await workspace.person(ADA).slash('/halt')).toMatchObject({ error: 'dispatch_failed' });
  });

  it('that the manifest does not have cannot be typed', async () => {
    const workspace = await stage.open({ commands: ['/halt'] });

    await expect(workspace.person(ADA).slash('/hlat')).rejects.toThrow('/hlat is not a command here');
  });

  it('may not answer with blocks that Slack refuses', async () => {
    const blocks = [
      { type: 'header' as const, text: { type: 'plain_text' as const, text: 'x'.repeat(151) } },
    ];
    const workspace = await stage.start((app) =>
      app.command('/halt', ({ ack }) => ack({ text: 'x', blocks })),
    );

    expect(await workspace.person(ADA).slash('/halt')).toMatchObject({ error: 'invalid_blocks' });
  });
});

describe('buttons', () => {
  it('send a true block_actions payload', async () => {
    const seen: unknown[] = [];
    const workspace = await stage.start((app) =>
      app.action('go', async ({ ack, body, action, payload }) => {
        seen.push({ body, action, payload });
        await ack();
      }),
    );
    const place = await stage.card('go', 'stop');

    await workspace.person(ADA).press(place, 'go');

    expect(seen).toMatchObject([
      {
        action: { type: 'button', action_id: 'go', block_id: 'block-go', value: 'go-7' },
        body: {
          type: 'block_actions',
          user: { id: ADA },
          channel: { id: place.channel, name: 'incident' },
          container: {
            type: 'message',
            message_ts: place.ts,
            channel_id: place.channel,
            is_ephemeral: false,
          },
          message: { ts: place.ts, bot_id: 'B0SANDBOXBOT' },
          trigger_id: expect.any(String),
          response_url: expect.stringContaining('/response/'),
        },
      },
    ]);
  });

  it('that are not there cannot be pressed', async () => {
    const workspace = await stage.start(() => undefined);
    const place = await stage.card('go');

    await expect(workspace.person(ADA).press(place, 'gone')).rejects.toThrow(
      'nothing to press: gone {}; there is: go=go-7',
    );
  });

  it('can be pressed in a copy that is out of date', async () => {
    const pressed: string[] = [];
    const workspace = await stage.start((app) =>
      app.action('go', async ({ ack, body }) => {
        await ack();
        pressed.push(body.user.id);
      }),
    );
    const { channel, ts } = await stage.card('go');
    const copy = (await workspace.messages(channel)).find((message) => message.ts === ts);
    await stage.bot().client.chat.update({ channel, ts, text: 'done' });

    await expect(workspace.person(ADA).press({ channel, ts }, 'go')).rejects.toThrow('nothing to press');
    expect(copy && (await workspace.person(BOB).pressStale(copy, 'go'))).toMatchObject({ timedOut: false });
    expect(pressed).toEqual([BOB]);
  });

  it('lead back through the response URL: to the person, to everyone, or in place', async () => {
    const workspace = await stage.start((app) =>
      app.action('go', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'only you', replace_original: false });
        await respond({ text: 'everyone', replace_original: false, response_type: 'in_channel' });
        await respond({ text: 'replaced', replace_original: true });
      }),
    );
    const { channel, ts } = await stage.card('go');

    await workspace.person(ADA).press({ channel, ts }, 'go');

    const texts = () => workspace.messages(channel).then((all) => all.map(({ text }) => text));
    await workspace.waitFor(async () => ((await texts()).includes('replaced') ? true : undefined));
    expect(await texts()).toEqual(['replaced', 'everyone']);
    expect(workspace.ephemerals(ADA)).toMatchObject([{ text: 'only you' }]);
  });

  it('in an ephemeral message are pressed and replaced there', async () => {
    const workspace = await stage.start((app) => {
      app.command('/ask', ({ ack }) => ack({ text: 'sure?', blocks: buttons('yes') }));
      app.action('yes', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'done', replace_original: true });
      });
    });
    const { ephemeral } = await workspace.person(ADA).slash('/ask');

    await workspace.person(ADA).press({ channel: ephemeral?.channel ?? '', ts: ephemeral?.ts ?? '' }, 'yes');

    await workspace.waitFor(() => workspace.ephemerals(ADA).find(({ text }) => text === 'done'));
    expect(workspace.ephemerals(ADA)).toHaveLength(1);
  });
});
