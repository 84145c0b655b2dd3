/** The demo's helpers: what people press, what is measured, and the checks that decide its exit code. */
import type { Message } from '../slack/reads.js';
import type { SandboxWorkspace } from '../slack/workspace.js';

/** Prints the story line by line, with the seconds since it began. */
export class Narrator {
  readonly #startedAt = performance.now();
  readonly failures: string[] = [];

  say(line: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(2).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  }

  /** States something that must be true; the demo fails when it is not. */
  check(what: string, holds: boolean): void {
    this.say(`${holds ? '  ✓' : '  ✗ FAILED:'} ${what}`);
    if (!holds) this.failures.push(what);
  }
}

/** The newest message of a channel whose blocks or text contain the words; waits until there is one. */
export function messageWith(workspace: SandboxWorkspace, channelId: string, words: string): Promise<Message> {
  return workspace.waitFor(
    async () =>
      [...(await workspace.messages(channelId))].reverse().find((message) => textOf(message).includes(words)),
    { timeoutMs: 20_000 },
  );
}

/** The newest message of a channel that has such a button; waits until there is one. */
export function messageWithButton(
  workspace: SandboxWorkspace,
  channelId: string,
  actionId: string,
): Promise<Message> {
  return workspace.waitFor(
    async () =>
      [...(await workspace.messages(channelId))]
        .reverse()
        .find((message) => JSON.stringify(message.blocks).includes(`"action_id":"${actionId}`)),
    { timeoutMs: 20_000 },
  );
}

/** Everything a message shows, as one string. */
export function textOf(message: Message): string {
  return `${message.text} ${JSON.stringify(message.blocks)}`;
}
