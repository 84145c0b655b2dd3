import type { HaltScope } from '../../core/halt.js';
import { haltModal } from '../../../blocks/halt-modal.js';
import { statusMessage } from '../../../blocks/status.js';
import { listStatus } from '../../operations/list-status.js';
import { requestLift } from '../../operations/request-lift.js';
import { slackActor } from '../door/press.js';
import {
  afterFirstWord,
  requireWord,
  type Command,
  type CommandInput,
  type Subcommand,
} from './define-command.js';
import { orderFromSlack } from './order-from-slack.js';

const NO_REASON = 'no reason given';

/** A subcommand that halts what its first word names. */
function haltOf(
  name: string,
  argument: string,
  help: string,
  scopeOf: (word: string) => HaltScope,
): Subcommand {
  const usage = `${name} <${argument}> [reason]`;
  return {
    name,
    usage,
    help,
    run: async (door, input) => {
      const scope = scopeOf(requireWord(input, `/halt ${usage}`));
      return orderFromSlack(door, input.press, { scope, reason: afterFirstWord(input) || NO_REASON });
    },
  };
}

const all: Subcommand = {
  name: 'all',
  usage: 'all [reason]',
  help: 'Stops every agent now. One person is enough; no dialog.',
  run: (door, { press, rest }: CommandInput) =>
    orderFromSlack(door, press, { scope: { kind: 'all' }, reason: rest || NO_REASON }),
};

const status: Subcommand = {
  name: 'status',
  usage: 'status',
  help: 'Shows every order in force and every enforcement point.',
  run: async (door) => statusMessage(await listStatus(door.deps), door.deps.now()),
};

const lift: Subcommand = {
  name: 'lift',
  usage: 'lift <halt id> [reason]',
  help: 'Asks for a halt to be lifted. Somebody else has to approve.',
  run: async (door, input) => {
    const haltId = requireWord(input, '/halt lift <halt id> [reason]').toUpperCase();
    const { expiresAt } = await requestLift(door.deps, {
      haltId,
      reason: afterFirstWord(input) || NO_REASON,
      actor: slackActor(door, input.press.userId),
      person: input.press.userId,
    });
    return {
      text: `Lift of *${haltId}* requested. Another person has to approve it before ${expiresAt}; the halt stands until then.`,
    };
  },
};

export const halt: Command = {
  name: '/halt',
  description: 'Stop agents, see what is stopped, ask for a lift',
  subcommands: [
    all,
    haltOf('agent', 'agent id', 'Stops one agent.', (agentId) => ({ kind: 'agent', agentId })),
    haltOf('tool', 'tool name', 'Stops one tool in every agent.', (tool) => ({ kind: 'tool', tool })),
    haltOf('class', 'action class', 'Stops one action class in every agent.', (actionClass) => ({
      kind: 'class',
      actionClass,
    })),
    status,
    lift,
  ],
  bare: async (door, press) => {
    await press.openModal(
      haltModal({ agents: [...door.deps.registry.agents.keys()], channelId: press.channelId }),
    );
    return undefined;
  },
};
