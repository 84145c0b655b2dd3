import { DomainError } from '../../core/errors.js';
import { listDrills } from '../../operations/drills/list-drills.js';
import { scoreDrill } from '../../operations/drills/score-drill.js';
import { startDrill } from '../../operations/drills/start-drill.js';
import { drillList, drillScore } from '../../../blocks/drill.js';
import { drillAnswer } from '../../../blocks/incident-answers.js';
import { slackActor } from '../door/press.js';
import { requireWord, type Command, type Subcommand } from './define-command.js';
import { requireIncident } from './which-incident.js';

const list: Subcommand = {
  name: 'list',
  usage: 'list',
  help: 'Shows the drills there are and when each was last run.',
  run: async (door) => drillList(await listDrills(door.deps)),
};

const start: Subcommand = {
  name: 'start',
  usage: 'start <drill id>',
  help: 'Starts an exercise. Its halts reach every guard and deny nothing.',
  run: async (door, input) => {
    const drillId = requireWord(input, '/drill start <drill id>');
    if (!door.deps.registry.drills.has(drillId)) {
      throw new DomainError(
        'not-found',
        `There is no drill ${drillId}: ${[...door.deps.registry.drills.keys()].join(', ')}.`,
      );
    }
    const userId = input.press.userId;
    return drillAnswer(await startDrill(door.deps, { drillId, userId, actor: slackActor(door, userId) }));
  },
};

const score: Subcommand = {
  name: 'score',
  usage: 'score [DRILL-n]',
  help: 'Shows how an exercise went against the targets.',
  run: async (door, input) =>
    drillScore(
      await scoreDrill(door.deps, {
        incident: await requireIncident(door, input.press.channelId, input.words[0]),
      }),
    ),
};

export const drill: Command = {
  name: '/drill',
  description: 'Exercise the whole path without stopping a real agent',
  subcommands: [list, start, score],
  bare: (door, press) => list.run(door, { press, rest: '', words: [] }),
};
