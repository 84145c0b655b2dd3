import { writeFileSync } from 'node:fs';
import { requireArgument, textOption, UsageError, type CliCommand } from './define-cli-command.js';
import { call, download } from './http-client.js';

export const incident: CliCommand = {
  name: 'incident',
  usage: 'incident list | show INC-n | post-mortem INC-n [--out FILE]',
  help: 'Reads incidents and their post-mortems.',
  run: async (input) => {
    const verb = requireArgument(input, 0, 'list, show or post-mortem');
    if (verb === 'list') {
      const answer = await call(input.connection, 'GET', '/v1/incidents');
      return { lines: [JSON.stringify(answer, null, 2)], json: answer };
    }
    const name = encodeURIComponent(requireArgument(input, 1, 'the incident, like INC-7'));
    if (verb === 'show') {
      const answer = await call(input.connection, 'GET', `/v1/incidents/${name}`);
      return { lines: [JSON.stringify(answer, null, 2)], json: answer };
    }
    if (verb !== 'post-mortem') throw new UsageError(`"${verb}" is none of list, show, post-mortem`);
    const markdown = await download(input.connection, `/v1/incidents/${name}/post-mortem.md`);
    const out = textOption(input, 'out');
    if (out === undefined) return { lines: [markdown], json: { markdown } };
    writeFileSync(out, markdown);
    return { lines: [`Written to ${out}.`], json: { out } };
  },
};
