import { DomainError } from '../../core/errors.js';
import { IncidentStatus } from '../../core/incident-events.js';
import { Severity } from '../../core/severity.js';
import { declareModal } from '../../../blocks/declare-modal.js';
import { checklistAnswer, closedAnswer, roleAnswer, statusAnswer } from '../../../blocks/incident-answers.js';
import { publishUpdate } from '../../operations/incidents/publish-update.js';
import { statusMessage } from '../../../blocks/status.js';
import { addNote } from '../../operations/incidents/add-note.js';
import { assignRole } from '../../operations/incidents/assign-role.js';
import { changeSeverity } from '../../operations/incidents/change-severity.js';
import { changeStatus } from '../../operations/incidents/change-status.js';
import { closeIncident } from '../../operations/incidents/close-incident.js';
import { listStatus } from '../../operations/halting/list-status.js';
import { openChecklist } from '../../operations/rollback/open-checklist.js';
import { slackActor, type Door } from '../door/press.js';
import {
  afterFirstWord,
  parseUser,
  requireWord,
  type Command,
  type CommandInput,
  type Subcommand,
} from './define-command.js';
import { requireIncident } from './which-incident.js';

const declare: Subcommand = {
  name: 'declare',
  usage: 'declare',
  help: 'Opens an incident for harm that no tripwire saw.',
  run: async (door, { press, rest }) => {
    await press.openModal(
      declareModal({
        agents: [...door.deps.registry.agents.keys()],
        summary: rest,
        now: door.deps.now(),
        channelId: press.channelId,
      }),
    );
    return undefined;
  },
};

const status: Subcommand = {
  name: 'status',
  usage: `status [${IncidentStatus.options.filter((each) => each !== 'closed').join('|')}]`,
  help: 'Lists what is open; with a word, sets the status of this incident.',
  run: async (door, input) => {
    if (input.words.length === 0) return statusMessage(await listStatus(door.deps), door.deps.now());
    const incident = await requireIncident(door, input.press.channelId);
    const to = parseChoice(IncidentStatus.options, input.words[0]);
    await changeStatus(door.deps, {
      incident,
      to,
      why: afterFirstWord(input),
      actor: slackActor(door, input.press.userId),
    });
    return statusAnswer(incident, to);
  },
};

const note: Subcommand = {
  name: 'note',
  usage: 'note <text>',
  help: 'Puts a line on the timeline. A :pushpin: reaction does it for a message.',
  run: async (door, input) => {
    const written = await writtenHere(door, input, '/incident note <text>');
    await addNote(door.deps, {
      ...written,
      originalAt: door.deps.now(),
      permalink: null,
      ts: null,
      how: 'command',
    });
    return { text: `On the timeline of *${written.incident}*.` };
  },
};

const update: Subcommand = {
  name: 'update',
  usage: 'update <text>',
  help: 'Tells everybody who follows the incident, here and below its announcement.',
  run: async (door, input) => {
    const written = await writtenHere(door, input, '/incident update <text>');
    await publishUpdate(door.deps, written);
    return { text: `Your update on *${written.incident}* is being posted.` };
  },
};

const role: Subcommand = {
  name: 'role',
  usage: 'role <role> [@person]',
  help: 'Takes a role, or gives it to somebody.',
  run: async (door, input) => {
    const name = requireWord(input, '/incident role <role> [@person]');
    const named = input.words[1];
    const userId = named === undefined ? input.press.userId : parseUser(named);
    if (userId === undefined)
      throw new DomainError(
        'invalid-input',
        'Name the person with a mention: `/incident role scribe @person`.',
      );
    const incident = await requireIncident(door, input.press.channelId);
    await assignRole(door.deps, {
      incident,
      role: name,
      userId,
      claimed: userId === input.press.userId,
      actor: slackActor(door, input.press.userId),
    });
    return roleAnswer({ incident, role: name, userId, asker: input.press.userId });
  },
};

const severity: Subcommand = {
  name: 'severity',
  usage: `severity <${Severity.options.join('|')}> [why]`,
  help: 'Changes the severity of this incident.',
  run: async (door, input) => {
    const to = parseChoice(Severity.options, requireWord(input, '/incident severity <sev1|sev2|sev3> [why]'));
    const incident = await requireIncident(door, input.press.channelId);
    await changeSeverity(door.deps, {
      incident,
      to,
      why: afterFirstWord(input),
      actor: slackActor(door, input.press.userId),
    });
    return { text: `*${incident}* is *${to.toUpperCase()}* now.` };
  },
};

const rollback: Subcommand = {
  name: 'rollback',
  usage: 'rollback <action class>',
  help: 'Opens the rollback checklist of one more action class.',
  run: async (door, input) => {
    const actionClass = requireWord(input, '/incident rollback <action class>');
    const incident = await requireIncident(door, input.press.channelId);
    const actor = slackActor(door, input.press.userId);
    const { opened } = await openChecklist(door.deps, { incident, actionClass, actor });
    return checklistAnswer({ incident, actionClass, isNew: opened.includes(actionClass) });
  },
};

const close: Subcommand = {
  name: 'close',
  usage: 'close [why]',
  help: 'Closes this incident when nothing is open any more, and drafts the post-mortem.',
  run: async (door, input) => {
    const incident = await requireIncident(door, input.press.channelId);
    const { userId } = input.press;
    const actor = slackActor(door, userId);
    return closedAnswer(
      incident,
      await closeIncident(door.deps, { incident, userId, why: input.rest, actor }),
    );
  },
};

export const incident: Command = {
  name: '/incident',
  description: 'Declare an agent incident and run it',
  subcommands: [declare, status, note, update, role, severity, rollback, close],
  bare: (door, press) => declare.run(door, { press, rest: '', words: [] }),
};

/** What somebody wrote behind the subcommand, for the incident of this channel. */
async function writtenHere(door: Door, input: CommandInput, usage: string) {
  requireWord(input, usage);
  const { press, rest: text } = input;
  const incident = await requireIncident(door, press.channelId);
  return { incident, text, by: press.userId, actor: slackActor(door, press.userId) };
}

function parseChoice<T extends string>(options: readonly T[], word: string | undefined): T {
  const found = options.find((option) => option === word?.toLowerCase());
  if (found === undefined) throw new DomainError('invalid-input', `Write one of: ${options.join(', ')}.`);
  return found;
}
