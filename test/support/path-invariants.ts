/** What must be true of a path, however often the bot died on it. Each answers with what is not. */
import { objectIn, textIn } from '../../src/sandbox/slack/json.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import type { GuardedWorker } from './guarded-worker.js';
import type { HaltWatch } from './incident-path.js';
import type { Journal } from './journal-reader.js';
import type { Deed } from './responders.js';
import { allMessages } from './story-workspace.js';

/** What Slack shows when everything is over. */
export async function wrongInSlack(workspace: SandboxWorkspace): Promise<string[]> {
  const channels = (await workspace.channels()).filter(({ name }) => name.startsWith('inc-'));
  const [channel] = channels;
  if (channel === undefined || channels.length !== 1)
    return [`${channels.length} incident channels: ${channels.map(({ name }) => name).join(', ')}`];
  const messages = await allMessages(workspace);
  const inside = await workspace.messages(channel.id);
  const shared = (await workspace.files()).filter((file) => file.channels.includes(channel.id));
  return [
    ...repeated('messages with the key', messages.map(keyOf)),
    ...repeated('messages with the marker', messages.map(markerOf)),
    ...repeatedInARow(
      'topic',
      inside.filter(({ subtype }) => subtype === 'channel_topic'),
    ),
    ...unless(shared.length === 1, `${shared.length} post-mortem files are shared`),
    ...unless(inThreads(messages) === 1, `${inThreads(messages)} messages carry a file`),
    ...unless((await workspace.pins(channel.id)).length === 1, 'the card is not pinned once'),
    ...unless((await workspace.bookmarks(channel.id)).length === 1, 'the alert is not bookmarked once'),
    ...brokenAnswers(workspace),
  ];
}

/** Answers that say that something of ours broke. */
function brokenAnswers(workspace: SandboxWorkspace): string[] {
  return ['U0OWNER1', 'U0SRE1', 'U0SRE2', 'U0IC1', 'U0PAY1', 'U0PAY2', 'U0SEC1']
    .flatMap((userId) => workspace.ephemerals(userId))
    .filter(({ text }) => text.includes('Something broke'))
    .map(({ userId, text }) => `${userId} was told: ${text}`);
}

function inThreads(messages: readonly Message[]): number {
  return messages.filter(({ files }) => files.length > 0).length;
}

function keyOf({ metadata }: Message): string {
  return textIn(objectIn(metadata ?? {}, 'event_payload'), 'key');
}

function markerOf({ blocks }: Message): string {
  const id = textIn(blocks.at(-1) ?? {}, 'block_id');
  return id.startsWith('haltline-') ? id : '';
}

function repeated(what: string, values: readonly string[]): string[] {
  const twice = values.filter((value, index) => value !== '' && values.indexOf(value) !== index);
  return [...new Set(twice)].map((value) => `several ${what} ${value}`);
}

/** Setting the same topic again would tell everybody the same again. */
function repeatedInARow(what: string, messages: readonly Message[]): string[] {
  return messages
    .filter(({ text }, index) => index > 0 && messages[index - 1]?.text === text)
    .map(({ text }) => `the same ${what} twice in a row: ${text}`);
}

/** Is everything in the journal that Slack acknowledged? */
export function missingDeeds(acknowledged: readonly Deed[], journal: Journal): string[] {
  return acknowledged.filter((deed) => !deed.isIn(journal)).map(({ what }) => `lost in the end: ${what}`);
}

/** Right after a restart: is what was acknowledged in force, and nothing else? */
export function wrongHalts({ standing }: HaltWatch, inForce: readonly string[]): string[] {
  const said = `after a restart, ${standing}: in force are ${inForce.join(', ') || 'none'}`;
  if (standing === 'standing') return unless(inForce.join() === 'H-1', said);
  if (standing === 'none' || standing === 'lifted') return unless(inForce.length === 0, said);
  return unless(inForce.length <= 1, said);
}

/** From "contained", and from its own first refusal by the order, an agent begins nothing until the lift. */
export function actedWhileHalted(
  { containedAt, liftPressedAt }: HaltWatch,
  workers: readonly GuardedWorker[],
): string[] {
  return workers.flatMap(({ guard, began, halted }) => {
    const since = Math.min(containedAt, halted[0] ?? Number.POSITIVE_INFINITY);
    const wrong = began.filter((at) => at > since && at < liftPressedAt);
    return [
      ...unless(wrong.length === 0, `${guard.pointId} began ${wrong.length} actions while halted`),
      ...unless(halted.length > 0, `${guard.pointId} was never refused`),
      ...unless(
        began.some((at) => at > liftPressedAt),
        `${guard.pointId} does not act again after the lift`,
      ),
    ];
  });
}

function unless(holds: boolean, violation: string): string[] {
  return holds ? [] : [violation];
}
