/** Act six: the incident closes, and the draft tells the whole of it. */
import { expect, it } from 'vitest';
import { textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function itIsClosedAndLearnedFrom(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('incident channel') });

  it('closes by its button once nothing is open any more', async () => {
    const { stage } = story;
    const commander = stage.workspace.person('U0IC1');
    await stage.messageWith(here().channel, 'INC-1 · SEV1 · RECOVERED');

    await commander.press(await stage.messageWithButton(here().channel, 'incident:close'), 'incident:close');
    const submitted = await commander.submit({ why: 'refunds reversed, customers told' });

    expect(submitted.errors).toBeUndefined();
    await stage.told('U0IC1', '*INC-1* is closed');
    await stage.messageWith(here().channel, /INC-1 · SEV1 · CLOSED/);
  });

  it('says so where it was announced', async () => {
    const { stage } = story;
    const announcements = await stage.workspace.channelNamed('agent-incidents');

    await stage.messageWith(announcements?.id ?? '', /INC-1 · SEV1 · CLOSED/);
  });

  it('posts the draft as a file in a thread that sums it up', async () => {
    const { stage } = story;
    const parent = await stage.messageWith(here().channel, 'Post-mortem of INC-1');
    const thread = await stage.until(async () => {
      const replies = await stage.workspace.thread(here().channel, parent.ts);
      const isWhole = replies.some(({ files }) => files.length > 0) && replies.length >= 3;
      return isWhole ? replies : undefined;
    }, 'the file and the summary');

    expect(thread.map(textOf).join('\n')).toMatch(/Summary of INC-1.*MTTD-for-Agents 19 min/s);
    const [file] = await stage.workspace.files();
    expect(file?.name).toMatch(/INC-1.*\.md$/i);
    const markdown = file?.bytes.toString('utf8') ?? '';
    for (const link of ['Action', 'Signal', 'Trigger', 'Page', 'Acknowledgement'])
      expect(markdown).toMatch(new RegExp(`\\| ${link} *\\| \\d{4}-\\d\\d-\\d\\dT`));
    expect(markdown).toContain('finance counts 214 refunds');
    expect(markdown).toContain('the price table has not changed in a month');
    expect(markdown).toContain('the rows were overwritten by the nightly job');
    expect(markdown).toMatch(/H-2: contained after \*\*\d+\.\d+ s\*\*; target 30 s: \*\*met\*\*/);
    expect(markdown).toContain('two different people');
  });
}
