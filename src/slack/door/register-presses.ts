/** Registers every command and button with Bolt: the one place that acknowledges them. */
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { ACTIONS } from '../actions/index.js';
import type { Action } from '../actions/define-action.js';
import { COMMANDS } from '../commands/index.js';
import { describeCommand, runCommand } from '../commands/define-command.js';
import type { Door } from './press.js';
import { arrivalOf } from './press-of.js';
import type { Reply } from './reply.js';
import { serve } from './serve.js';

const Element = z.object({
  action_id: z.string(),
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
  action_ts: z.string().optional(),
});

export function registerPresses(app: App, door: Door): void {
  for (const command of COMMANDS) {
    app.command(command.name, async ({ body, ack }) => {
      const { press, show } = arrivalOf(door, body);
      await serve(door, {
        press,
        key: press.triggerId,
        what: describeCommand(command, body.text),
        work: () => runCommand(command, door, { press, text: body.text }),
        delivery: {
          acknowledge: async (reply) => {
            await (reply === undefined ? ack() : ack(asMessage(reply)));
            return true;
          },
          show,
        },
      });
    });
  }
  for (const action of ACTIONS) registerAction(app, door, { on: action.id, action });
  registerAction(app, door, { on: anythingElse(), action: outdated });
}

function registerAction(app: App, door: Door, { on, action }: { on: string | RegExp; action: Action }): void {
  app.action(on, async ({ body, payload, ack }) => {
    const { press, show } = arrivalOf(door, body);
    const element = Element.parse(payload);
    await serve(door, {
      press,
      key: press.triggerId === null ? null : `${press.triggerId}:${element.action_ts ?? ''}`,
      what: action.id,
      work: () => action.run(door, press, element.value ?? element.selected_option?.value ?? ''),
      delivery: {
        acknowledge: async () => {
          await ack();
          return false;
        },
        show,
      },
    });
  });
}

/** A button of another version of us, in a message that nobody has edited since. */
const outdated: Action = {
  id: 'unknown',
  run: () =>
    Promise.reject(
      new DomainError(
        'expired',
        'This button belongs to an older message. Use the newest card in the channel.',
      ),
    ),
};

/** Listeners that overlap would all run, and acknowledge twice. */
function anythingElse(): RegExp {
  return new RegExp(`^(?!(?:${ACTIONS.map(({ id }) => id).join('|')})$)`);
}

function asMessage(reply: Reply): {
  response_type: 'ephemeral';
  text: string;
  blocks?: NonNullable<Reply['blocks']>[number][];
} {
  return {
    response_type: 'ephemeral',
    text: reply.text,
    ...(reply.blocks === undefined ? {} : { blocks: [...reply.blocks] }),
  };
}
