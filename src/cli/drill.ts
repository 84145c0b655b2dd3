import { z } from 'zod';
import { requireArgument, textOption, UsageError, type CliCommand } from './define-cli-command.js';
import { call } from './http-client.js';

const Drills = z.object({
  drills: z.array(z.looseObject({ id: z.string(), title: z.string(), cron: z.string() })),
});
const Started = z.looseObject({ incident: z.string() });

export const drill: CliCommand = {
  name: 'drill',
  usage: 'drill list | start DRILL-ID [--user U…]',
  help: 'Lists the exercises of the runbooks, or starts one. Its halts are not enforced.',
  run: async (input) => {
    const verb = requireArgument(input, 0, 'list or start');
    if (verb === 'list') {
      const answer = Drills.parse(await call(input.connection, 'GET', '/v1/drills'));
      return {
        lines: answer.drills.map(({ id, title, cron }) => `${id}  ${title}  (${cron})`),
        json: answer,
      };
    }
    if (verb !== 'start') throw new UsageError(`"${verb}" is none of list, start`);
    const id = encodeURIComponent(requireArgument(input, 1, 'the drill id'));
    const userId = textOption(input, 'user');
    const started = Started.parse(
      await call(input.connection, 'POST', `/v1/drills/${id}/start`, userId === undefined ? {} : { userId }),
    );
    return { lines: [`${started.incident} has begun.`], json: started };
  },
};
