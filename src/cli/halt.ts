import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HaltMode, HaltScope } from '../core/halt.js';
import { answerSentence, answerWarnings } from '../core/order-answer.js';
import { againstTarget, answeredWords, namesText } from '../core/point-words.js';
import {
  requireArgument,
  textOption,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { HALT_ACTS } from './halt-acts.js';
import { call, CallError } from './http-client.js';

const Ordered = z.looseObject({
  haltId: z.string(),
  scope: HaltScope,
  mode: HaltMode,
  epoch: z.number(),
  expected: z.number(),
  uncovered: z.array(z.string()),
  recorded: z.boolean(),
  existed: z.boolean(),
  drill: z.boolean(),
  breakGlass: z.boolean(),
  unlisted: z
    .object({ kind: z.enum(['tool', 'class']), name: z.string(), nearest: z.string().nullable() })
    .nullable(),
  beside: z.array(z.string()),
});
type Order = z.infer<typeof Ordered>;

const Line = z.looseObject({
  haltId: z.string(),
  expected: z.number(),
  received: z.number(),
  enforced: z.number(),
  quiesced: z.number(),
  settled: z.number(),
  containedSeconds: z.number().nullable(),
});
const Rehearsal = Line.extend({
  ended: z.object({ seconds: z.number().nullable(), silent: z.array(z.string()) }).nullable(),
});
const Standing = z.object({ halts: z.array(Line), rehearsals: z.array(Rehearsal) });
type Standing = z.infer<typeof Standing>;

/** The target of the runbook, and a little for the last answer to arrive; a rehearsal waits a minute for it. */
const WAIT_MS = 32_000;
const REHEARSAL_WAIT_MS = 65_000;
const LOOK_EVERY_MS = 200;

const USAGE =
  'halt [quarantine] <all | agent ID | tool NAME | class NAME | action ID> --reason TEXT [--in AGENT] [--mode deny|hold|degraded] [--review-in 2h] [--drill] [--incident INC-n] [--no-wait] | mark H-n POINT --reason TEXT | keep H-n [--review-in 2h] | review H-n --reason TEXT';

export const halt: CliCommand = {
  name: 'halt',
  usage: USAGE,
  help: 'Stops agents and waits until every enforcement point has answered. Exit 1 when that is not proven in time. --drill rehearses: measured everywhere, denies nothing. `mark` vouches for a point that cannot answer, `keep` says that an order is still needed, `review` looks at one that was given without a role.',
  run: async (input) => {
    const act = HALT_ACTS.get(input.words[0] ?? '');
    if (act !== undefined) return act(input);
    const order = Ordered.parse(await call(input.connection, 'POST', '/v1/halts', bodyOf(input)));
    const lines = [answerSentence(order), ...answerWarnings(order)];
    if (input.options['no-wait'] === true) return { lines, json: order };
    if (order.expected === 0) return { lines, json: order, exitCode: 1 };
    lines.forEach(input.say);
    return order.drill ? untilEnded(input, order) : untilContained(input, order);
  },
};

function bodyOf(input: CliInput): object {
  const reason = textOption(input, 'reason');
  if (reason === undefined) throw new UsageError('--reason is missing');
  // `quarantine` before the scope is the mode that people say most, as a word.
  const isQuarantine = input.words[0] === 'quarantine';
  const mode = HaltMode.safeParse(textOption(input, 'mode') ?? (isQuarantine ? 'hold' : 'deny'));
  if (!mode.success) throw new UsageError('--mode is one of deny, hold, degraded');
  const scope = scopeOf(isQuarantine ? { ...input, words: input.words.slice(1) } : input);
  const given = {
    in: textOption(input, 'in'),
    reviewIn: textOption(input, 'review-in'),
    incident: textOption(input, 'incident'),
  };
  return { scope, reason, mode: mode.data, drill: input.options['drill'] === true, ...given };
}

function scopeOf(input: CliInput): HaltScope {
  const kind = requireArgument(input, 0, 'all, agent, tool, class or action');
  if (kind === 'all') return { kind };
  const name = requireArgument(input, 1, `the ${kind}`);
  if (kind === 'agent') return { kind, agentId: name };
  if (kind === 'tool') return { kind, tool: name };
  if (kind === 'class') return { kind, actionClass: name };
  if (kind === 'action') return { kind, actionId: name };
  throw new UsageError(`"${kind}" is none of all, agent, tool, class, action`);
}

async function untilContained(input: CliInput, order: Order): Promise<CliResult> {
  const { haltId } = order;
  const found = await watch(input, WAIT_MS, ({ halts }) => {
    const line = halts.find((each) => each.haltId === haltId);
    return { line, isDone: line !== undefined && line.containedSeconds !== null };
  });
  const seconds = found?.containedSeconds ?? null;
  if (found !== undefined && seconds !== null) {
    const line = `${haltId} contained at ${found.settled} of ${found.expected} enforcement points in ${againstTarget(seconds)}.`;
    const json = { ...order, contained: true, seconds };
    if (order.uncovered.length === 0) return { lines: [line], json };
    return { lines: [line, notProven(order)], json, exitCode: 1 };
  }
  return {
    lines: [`It is NOT proven that everything stopped for ${haltId}. See \`haltline status\`.`],
    json: { ...order, contained: false },
    exitCode: 1,
  };
}

/** Points that answer prove nothing of an agent that has none. */
function notProven({ uncovered }: Order): string {
  return `NOTHING is proven of ${namesText(uncovered, 20)}: stop what goes on there by other means.`;
}

/** A rehearsal has gone well when every point has answered. */
async function untilEnded(input: CliInput, order: Order): Promise<CliResult> {
  const { haltId } = order;
  let ended: z.infer<typeof Rehearsal>['ended'] = null;
  const line = await watch(input, REHEARSAL_WAIT_MS, ({ rehearsals }) => {
    const found = rehearsals.find((each) => each.haltId === haltId);
    ended = found?.ended ?? null;
    return { line: found, isDone: ended !== null };
  });
  return rehearsed(order, { ended, quiesced: line?.quiesced ?? 0 });
}

function rehearsed(
  order: Order,
  { ended, quiesced }: { readonly ended: z.infer<typeof Rehearsal>['ended']; readonly quiesced: number },
): CliResult {
  const { haltId, expected } = order;
  if (ended === null)
    return {
      lines: [`REHEARSAL ${haltId} has not ended yet. See \`haltline status\`.`],
      json: order,
      exitCode: 1,
    };
  const { seconds, silent } = ended;
  const json = { ...order, seconds, silent };
  if (seconds !== null)
    return {
      lines: [`REHEARSAL ${haltId}: ${answeredWords({ expected, quiesced, seconds })}.`],
      json: { ...json, quiesced },
    };
  const line = `REHEARSAL ${haltId}: ${silent.length} of ${expected} never answered: ${silent.slice(0, 20).join(', ')}.`;
  return { lines: [line], json, exitCode: 1 };
}

/** Looks until it is done, saying what has changed; undefined when it never was. */
async function watch(
  input: CliInput,
  forMs: number,
  look: (standing: Standing) => { line: z.infer<typeof Line> | undefined; isDone: boolean },
): Promise<z.infer<typeof Line> | undefined> {
  const giveUpAt = performance.now() + forMs;
  let last = '';
  while (performance.now() < giveUpAt) {
    const { line, isDone } = look(await standing(input));
    if (isDone) return line;
    const now =
      line === undefined
        ? ''
        : `  ${line.received} received, ${line.enforced} enforced, ${line.quiesced} quiesced of ${line.expected}`;
    if (now !== last && now !== '') input.say(now);
    last = now;
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

/** The order stands whether or not the server can be asked at this moment: it may be restarting. */
async function standing({ connection }: CliInput): Promise<Standing> {
  try {
    return Standing.parse(await call(connection, 'GET', '/v1/status'));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { halts: [], rehearsals: [] };
  }
}
