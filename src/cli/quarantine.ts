import { z } from 'zod';
import {
  byVerb,
  requireArgument,
  textOption,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call } from './http-client.js';

const Item = z.looseObject({
  id: z.string(),
  state: z.string(),
  digest: z.string(),
  haltId: z.string(),
  agentId: z.string(),
  tool: z.string(),
  actionClass: z.string(),
  actionId: z.string(),
  at: z.string(),
  expiresAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
});
type Item = z.infer<typeof Item>;
const Listed = z.object({ attempts: z.array(Item), counts: z.record(z.string(), z.number()) });
const Shown = Item.extend({ parameters: z.unknown() });

export const quarantine: CliCommand = {
  name: 'quarantine',
  usage:
    'quarantine list [--agent ID] | show Q-n | release Q-n --digest DIGEST | reject Q-n --digest DIGEST [--reason TEXT]',
  help: 'Attempts that an order holds. `show` prints one with its digest, which a decision is bound to.',
  run: byVerb({
    list,
    show,
    release: (input) => decide(input, 'release'),
    reject: (input) => decide(input, 'reject'),
  }),
};

const AT_MOST = 1_000;

async function list(input: CliInput): Promise<CliResult> {
  const agent = textOption(input, 'agent');
  const query = new URLSearchParams({ limit: String(AT_MOST), ...(agent !== undefined && { agent }) });
  const answer = Listed.parse(await call(input.connection, 'GET', `/v1/quarantine?${query.toString()}`));
  const { attempts, counts } = answer;
  const { held = 0, released = 0 } = counts;
  const hidden = held + released - attempts.length;
  return {
    lines: [
      `${held} waiting, ${released} released and not yet taken up, oldest first:`,
      ...(attempts.length === 0 ? ['  none'] : attempts.map((item) => `  ${lineOf(item)}`)),
      ...(hidden > 0 ? [`  ${hidden} more`] : []),
    ],
    json: answer,
  };
}

function lineOf({ id, state, haltId, agentId, tool, actionClass, at, expiresAt, decidedBy }: Item): string {
  const decision = state === 'released' ? `released by ${decidedBy} until ${expiresAt}` : state;
  return `${id}  ${agentId}  ${tool} (${actionClass})  ${haltId}  ${decision}  since ${at}`;
}

async function show(input: CliInput): Promise<CliResult> {
  const item = Shown.parse(await call(input.connection, 'GET', pathOf(input)));
  const { id, digest, state, parameters } = item;
  return {
    lines: [
      lineOf(item),
      'Secrets and personal data are hidden, long values cut; what runs is exact.',
      JSON.stringify(parameters ?? '(erased)', null, 2),
      ...(state === 'held'
        ? [
            `haltline quarantine release ${id} --digest ${digest}`,
            `haltline quarantine reject ${id} --digest ${digest} --reason …`,
          ]
        : []),
    ],
    json: item,
  };
}

async function decide(input: CliInput, verb: 'release' | 'reject'): Promise<CliResult> {
  const path = pathOf(input);
  const digest = textOption(input, 'digest');
  if (digest === undefined) throw new UsageError('--digest is missing: `quarantine show` prints it');
  const reason = textOption(input, 'reason');
  const body = verb === 'reject' && reason !== undefined ? { digest, reason } : { digest };
  const item = Item.parse(await call(input.connection, 'POST', `${path}/${verb}`, body));
  const line =
    verb === 'release'
      ? `${item.id} is released: its agent may run it once, exactly so, until ${item.expiresAt}.`
      : `${item.id} is rejected: it does not run.`;
  return { lines: [line], json: item };
}

function pathOf(input: CliInput): string {
  return `/v1/quarantine/${encodeURIComponent(requireArgument(input, 1, 'the item, e.g. Q-7').toUpperCase())}`;
}
