import { z } from 'zod';
import { requireArgument, textOption, UsageError, type CliCommand } from './define-cli-command.js';
import { call } from './http-client.js';

const Requested = z.looseObject({ digest: z.string(), expiresAt: z.string() });
const Approved = z.looseObject({ epoch: z.number() });

export const lift: CliCommand = {
  name: 'lift',
  usage: 'lift HALT-ID --reason TEXT | lift HALT-ID --approve --digest DIGEST',
  help: 'Asks for a lift, or approves one. Two tokens that stand for two different people are needed.',
  run: async (input) => {
    const haltId = requireArgument(input, 0, 'the halt id').toUpperCase();
    const path = `/v1/halts/${encodeURIComponent(haltId)}/lift`;
    if (input.options['approve'] === true) {
      const digest = textOption(input, 'digest');
      if (digest === undefined) throw new UsageError('--digest is missing: the request printed it');
      const { epoch } = Approved.parse(
        await call(input.connection, 'POST', path, { action: 'approve', digest }),
      );
      return { lines: [`${haltId} is lifted, epoch ${epoch}.`], json: { haltId, epoch } };
    }
    const reason = textOption(input, 'reason');
    if (reason === undefined) throw new UsageError('--reason is missing');
    const asked = Requested.parse(await call(input.connection, 'POST', path, { action: 'request', reason }));
    return {
      lines: [
        `Lift of ${haltId} requested; it expires at ${asked.expiresAt}. Another person approves with:`,
        `  haltline lift ${haltId} --approve --digest ${asked.digest}`,
      ],
      json: { haltId, ...asked },
    };
  },
};
