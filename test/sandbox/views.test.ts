import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, clientOf, openWorkspace, reasonModal, refusalOf } from './support.js';

let now = 0;
let workspace: SandboxWorkspace;
let slack: WebClient;

beforeEach(async () => {
  now = 1_000_000;
  workspace = await openWorkspace({ now: () => now });
  slack = clientOf(workspace);
});
afterEach(() => workspace.stop());

/** A trigger id, without a bot that would use it. */
async function trigger(): Promise<string> {
  return (await workspace.person(ADA).shortcut('declare')).triggerId;
}

async function openModal() {
  return (await slack.views.open({ trigger_id: await trigger(), view: reasonModal() })).view;
}

describe('a trigger', () => {
  it('is good for three seconds', async () => {
    const trigger_id = await trigger();
    now += 3_000;

    expect((await slack.views.open({ trigger_id, view: reasonModal() })).ok).toBe(true);
  });

  it('expires after that', async () => {
    const trigger_id = await trigger();
    now += 3_001;

    expect(await refusalOf(slack.views.open({ trigger_id, view: reasonModal() }))).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  it('is good for one view', async () => {
    const trigger_id = await trigger();
    await slack.views.open({ trigger_id, view: reasonModal() });

    expect(await refusalOf(slack.views.open({ trigger_id, view: reasonModal() }))).toMatchObject({
      error: 'exchanged_trigger_id',
    });
  });

  it('cannot be made up', async () => {
    expect(await refusalOf(slack.views.open({ trigger_id: '1.2.x', view: reasonModal() }))).toMatchObject({
      error: 'invalid_trigger_id',
    });
  });
});

describe('a view', () => {
  it('is updated by the hash it was read with', async () => {
    const view = await openModal();
    const update = (hash: string) =>
      slack.views.update({ view_id: view?.id ?? '', hash, view: reasonModal({ callback_id: 'new' }) });

    expect((await update(view?.hash ?? '')).ok).toBe(true);
    expect(await refusalOf(update(view?.hash ?? ''))).toMatchObject({ error: 'hash_conflict' });
    expect(workspace.openView(ADA)).toMatchObject({ callback_id: 'new' });
  });

  it('is gone once closed', async () => {
    const view = await openModal();
    await workspace.person(ADA).closeView();

    expect(
      await refusalOf(slack.views.update({ view_id: view?.id ?? '', view: reasonModal() })),
    ).toMatchObject({ error: 'not_found' });
  });

  it('is stacked three deep, and no deeper', async () => {
    await openModal();
    const pressed = reasonModal({
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'more', text: { type: 'plain_text', text: 'More' } }],
        },
      ],
    });
    await slack.views.update({ view_id: String(workspace.openView(ADA)?.['id']), view: pressed });
    const push = async () => {
      const { triggerId } = await workspace.person(ADA).press('modal', 'more');
      return slack.views.push({ trigger_id: triggerId, view: pressed });
    };

    await push();
    await push();

    expect(await refusalOf(push())).toMatchObject({ error: 'push_limit_reached' });
  });

  it('is published to the home tab', async () => {
    const home = { type: 'home' as const, blocks: [{ type: 'divider' as const }] };
    const { view } = await slack.views.publish({ user_id: ADA, view: home });

    expect(workspace.home(ADA)).toMatchObject({ type: 'home', blocks: [{ type: 'divider' }] });
    expect((await slack.views.publish({ user_id: ADA, view: home, hash: view?.hash ?? '' })).ok).toBe(true);
    expect(
      await refusalOf(slack.views.publish({ user_id: ADA, view: home, hash: view?.hash ?? '' })),
    ).toMatchObject({
      error: 'hash_conflict',
    });
  });
});

describe('a response URL', () => {
  async function url(): Promise<string> {
    const { channel, ts } = await workspace.person(ADA).say('general', 'x');
    await workspace.person(ADA).messageShortcut('declare', { channel, ts });
    return responseUrls.at(-1) ?? '';
  }

  const responseUrls: string[] = [];
  const respond = (to: string, body: object) =>
    fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  beforeEach(async () => {
    const { WebSocket } = await import('ws');
    const opened = await clientOf(workspace, workspace.appToken).apps.connections.open();
    const socket = new WebSocket(String(opened.url));
    await new Promise<void>((resolve) => {
      socket.on('message', (raw: Buffer) => {
        const frame = JSON.parse(raw.toString('utf8')) as {
          type: string;
          envelope_id?: string;
          payload?: { response_url?: string };
        };
        responseUrls.push(frame.payload?.response_url ?? '');
        if (frame.type === 'hello') resolve();
        else socket.send(JSON.stringify({ envelope_id: frame.envelope_id }));
      });
    });
  });

  it('is good five times', async () => {
    const to = await url();

    const statuses = [];
    for (let use = 0; use < 6; use += 1) statuses.push((await respond(to, { text: 'x' })).status);

    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(workspace.ephemerals(ADA)).toHaveLength(5);
  });

  it('is good for thirty minutes', async () => {
    const to = await url();
    now += 30 * 60_000;
    expect((await respond(to, { text: 'x' })).status).toBe(200);

    now += 1;

    expect(await (await respond(to, { text: 'x' })).json()).toMatchObject({ error: 'expired_url' });
  });

  it('refuses blocks that Slack refuses', async () => {
    const reply = await respond(await url(), { blocks: [{ type: 'bogus' }] });

    expect(reply.status).toBe(400);
  });
});
