import { describe, expect, it } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { setStage } from './stage.js';
import { ADA, reasonModal } from './support.js';

const stage = setStage();

describe('modals', () => {
  /** Ada has the modal open; the bot answers a submission with `answers`, one after the other. */
  async function withModal(...answers: object[]): Promise<SandboxWorkspace> {
    const workspace = await stage.start((app) => {
      app.shortcut('declare', async ({ ack, client, shortcut }) => {
        await ack();
        await client.views.open({ trigger_id: shortcut.trigger_id, view: reasonModal() });
      });
      app.view('reason', ({ ack }) => ack(answers.shift() as undefined));
    });
    await workspace.person(ADA).shortcut('declare');
    await workspace.waitFor(() => workspace.openView(ADA));
    return workspace;
  }

  it('bring the values, and close when all is well', async () => {
    const workspace = await withModal({});

    const outcome = await workspace.person(ADA).submit({ 'reason/text': 'harm' });

    expect(outcome.error).toBeUndefined();
    expect(workspace.openView(ADA)).toBeUndefined();
  });

  it('stay open with the complaints', async () => {
    const workspace = await withModal({ response_action: 'errors', errors: { reason: 'too short' } });

    expect(await workspace.person(ADA).submit({ text: 'x' })).toMatchObject({
      errors: { reason: 'too short' },
    });
    expect(workspace.openView(ADA)).toMatchObject({ callback_id: 'reason' });
  });

  it('reject complaints about a block that is not there', async () => {
    const workspace = await withModal({ response_action: 'errors', errors: { nowhere: 'no' } });

    expect(await workspace.person(ADA).submit({ text: 'x' })).toMatchObject({
      error: 'invalid_response_errors',
    });
  });

  it('are updated, pushed and cleared', async () => {
    const titled = (text: string) => reasonModal({ title: { type: 'plain_text', text } });
    const workspace = await withModal(
      { response_action: 'update', view: titled('Second') },
      { response_action: 'push', view: titled('Third') },
      { response_action: 'clear' },
    );
    const ada = workspace.person(ADA);

    await ada.submit({ text: 'x' });
    expect(workspace.openView(ADA)).toMatchObject({ title: { text: 'Second' } });
    await ada.submit({ text: 'x' });
    expect(workspace.openView(ADA)).toMatchObject({ title: { text: 'Third' } });
    await ada.submit({ text: 'x' });
    expect(workspace.openView(ADA)).toBeUndefined();
  });

  it('show no view that Slack refuses', async () => {
    const workspace = await withModal({
      response_action: 'update',
      view: { ...reasonModal(), callback_id: 'x'.repeat(256) },
    });

    expect((await workspace.person(ADA).submit({ text: 'x' })).error).toContain('invalid_arguments');
  });

  it('are not sent with a field left empty, or one that is not there', async () => {
    const workspace = await withModal();

    await expect(workspace.person(ADA).submit({})).rejects.toThrow('reason/text must be filled in');
    await expect(workspace.person(ADA).submit({ text: 'x', other: 'y' })).rejects.toThrow('no field other');
  });
});
