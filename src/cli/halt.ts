import { z } from 'zod';
import {
  requireArgument,
  textOption,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call } from './http-client.js';

const Ordered = z.looseObject({
  haltId: z.string(),
  epoch: z.number(),
  expected: z.number(),
  uncovered: z.array(z.string()),
  recorded: z.boolean(),
  existed: z.boolean(),
});
const Standing = z.object({
  halts: z.array(
    z.looseObject({
      haltId: z.string(),
      expected: z.number(),
      received: z.number(),
      enforced: z.number(),
      quiesced: z.number(),
      settled: z.number(),
      containedSeconds: z.number().nullable(),
    }),
  ),
});
type Order = z.infer<typeof Ordered>;

/** The target of the runbook, and a little for the last answer to arrive. */
const WAIT_MS = 32_000;

export const halt: CliCommand = {
  name: 'halt',
  usage: 'halt <all | agent ID | tool NAME | class NAME> --reason TEXT [--incident INC-n] [--no-wait]',
  help: 'Stops agents and waits until every enforcement point has answered. Exit 1 when that is not proven in time.',
  run: async (input) => {
    const reason = textOption(input, 'reason');
    if (reason === undefined) throw new UsageError('--reason is missing');
    const order = Ordered.parse(
      await call(input.connection, 'POST', '/v1/halts', {
        scope: scopeOf(input),
        reason,
        ...(textOption(input, 'incident') === undefined ? {} : { incident: textOption(input, 'incident') }),
      }),
    );
    input.say(opening(order));
    if (order.expected === 0 || input.options['no-wait'] === true)
      return { lines: [opening(order)], json: order };
    return untilContained(input, order);
  },
};

function scopeOf(input: CliInput): object {
  const kind = requireArgument(input, 0, 'all, agent, tool or class');
  if (kind === 'all') return { kind };
  const name = requireArgument(input, 1, `the ${kind}`);
  if (kind === 'agent') return { kind, agentId: name };
  if (kind === 'tool') return { kind, tool: name };
  if (kind === 'class') return { kind, actionClass: name };
  throw new UsageError(`"${kind}" is none of all, agent, tool, class`);
}

function opening({ haltId, expected, uncovered, recorded, existed }: Order): string {
  const parts = [
    existed ? `${haltId} is in force already` : `${haltId} ordered`,
    expected === 0
      ? 'no enforcement point is connected: NOTHING is proven stopped'
      : `${expected} enforcement points asked`,
    ...(uncovered.length === 0 ? [] : [`no enforcement point for ${uncovered.join(', ')}`]),
    ...(recorded ? [] : ['SENT BUT NOT WRITTEN DOWN: the journal is failing']),
  ];
  return `${parts.join('; ')}.`;
}

async function untilContained(input: CliInput, order: Order): Promise<CliResult> {
  const deadline = Date.now() + WAIT_MS;
  let last = '';
  while (Date.now() < deadline) {
    const { halts } = Standing.parse(await call(input.connection, 'GET', '/v1/status'));
    const standing = halts.find(({ haltId }) => haltId === order.haltId);
    if (standing !== undefined && standing.containedSeconds !== null) {
      const line = `${order.haltId} contained at ${standing.settled} of ${standing.expected} enforcement points in ${standing.containedSeconds} s.`;
      return { lines: [line], json: { ...order, contained: true, seconds: standing.containedSeconds } };
    }
    const now =
      standing === undefined
        ? ''
        : `  ${standing.received} received, ${standing.enforced} enforced, ${standing.quiesced} quiesced of ${standing.expected}`;
    if (now !== last) input.say(now);
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    lines: [`${order.haltId} stands, but it is NOT proven that everything stopped. See \`haltline status\`.`],
    json: { ...order, contained: false },
    exitCode: 1,
  };
}
