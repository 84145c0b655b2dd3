import { liftAnswer } from '../../../blocks/lift.js';
import { statusMessage } from '../../../blocks/status.js';
import { DomainError } from '../../core/errors.js';
import type { HaltMode } from '../../core/halt.js';
import { listStatus } from '../../operations/halting/list-status.js';
import { requestLift } from '../../operations/halting/request-lift.js';
import { slackActor, type Door } from '../door/press.js';
import {
  afterFirstWord,
  requireWord,
  type Command,
  type CommandInput,
  type Subcommand,
} from './define-command.js';
import { openHaltModal } from './open-halt-modal.js';
import { orderFromSlack, type SlackOrder } from './order-from-slack.js';
import { isScopeWord, NO_REASON, parseOrder, SCOPE_USAGE, type ScopeWord } from './parse-order.js';

/** A subcommand that halts what it names. */
function haltOf(kind: ScopeWord, help: string): Subcommand {
  return {
    name: kind,
    usage: SCOPE_USAGE[kind],
    help,
    run: (door, { press, rest }) => orderFromSlack(door, press, parseOrder(kind, rest, isAgent(door))),
  };
}

/** `/halt <word> <scope …>`: an order of the same scopes, but of another kind; everything where no scope is named. */
function haltAs(
  { word, help, otherwise }: { word: string; help: string; otherwise?: ScopeWord },
  as: Pick<SlackOrder, 'mode' | 'rehearsal'>,
): Subcommand {
  const usage = `${word} ${otherwise === undefined ? '' : '['}all | agent … | tool … | class … | action …${otherwise === undefined ? '' : ']'}`;
  const run = async (door: Door, input: CommandInput) => {
    const kind = (input.words[0] ?? otherwise ?? '').toLowerCase();
    if (!isScopeWord(kind))
      throw new DomainError('invalid-input', `Say what: \`/halt ${usage}\`. Nothing is halted yet.`);
    const rest = input.words.length === 0 ? '' : afterFirstWord(input);
    const written = parseOrder(kind, rest, isAgent(door));
    return orderFromSlack(door, input.press, { ...written, ...as });
  };
  return { name: word, usage, help, run };
}

/** Ways to halt that refuse less than everything. A mode is a row here. */
const MODES: readonly { readonly word: string; readonly mode: HaltMode; readonly help: string }[] = [
  { word: 'degraded', mode: 'degraded', help: 'Lets agents read and refuses all else.' },
  {
    word: 'quarantine',
    mode: 'hold',
    help: 'Holds attempts with their exact parameters until a person releases or rejects each.',
  },
];

function isAgent({ deps }: Door): (word: string) => boolean {
  return (word) =>
    deps.registry.agents.has(word.toLowerCase()) ||
    deps.plane.leases.all().some(({ agentId }) => agentId === word);
}

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
    const request = await requestLift(door.deps, {
      haltId,
      reason: afterFirstWord(input) || NO_REASON,
      actor: slackActor(door, input.press.userId),
      person: input.press.userId,
    });
    return liftAnswer(haltId, request);
  },
};

export const halt: Command = {
  name: '/halt',
  description: 'Stop agents, see what is stopped, ask for a lift',
  subcommands: [
    haltOf('all', 'Stops every agent now. One person is enough; no dialog.'),
    haltOf('agent', 'Stops one agent.'),
    haltOf('tool', 'Stops one tool, in every agent or in one: the agent goes on without it.'),
    haltOf('class', 'Stops one class of actions, in every agent or in one: the agent goes on without it.'),
    haltOf('action', 'Stops one single action by its id.'),
    ...MODES.map(({ word, mode, help }) => haltAs({ word, help }, { mode })),
    haltAs(
      {
        word: 'rehearse',
        help: 'Reaches every enforcement point and measures the answers. Denies nothing.',
        otherwise: 'all',
      },
      { rehearsal: true },
    ),
    status,
    lift,
  ],
  bare: openHaltModal,
};
