/** What people do to an order in force, other than lifting it: `haltline halt mark | keep | review`. */
import { z } from 'zod';
import {
  requireArgument,
  textOption,
  UsageError,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call } from './http-client.js';

type Act = (input: CliInput) => Promise<CliResult>;

/** By the word after `halt`. */
export const HALT_ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['mark', mark],
  ['keep', keep],
  ['review', review],
]);

async function mark(input: CliInput): Promise<CliResult> {
  const { haltId, path } = orderOf(input, 'mark');
  const point = requireArgument(input, 2, 'the enforcement point');
  await call(input.connection, 'POST', path, { point, reason: requireReason(input) });
  const line = `${point} is marked as stopped for ${haltId}: shown as your word, never as its answer.`;
  return { lines: [line], json: { haltId, point } };
}

const Kept = z.object({ reviewAt: z.string() });

async function keep(input: CliInput): Promise<CliResult> {
  const { haltId, path } = orderOf(input, 'keep');
  const reviewIn = textOption(input, 'review-in');
  const { reviewAt } = Kept.parse(
    await call(input.connection, 'POST', path, reviewIn === undefined ? {} : { reviewIn }),
  );
  return { lines: [`${haltId} stands, and asks again at ${reviewAt}.`], json: { haltId, reviewAt } };
}

async function review(input: CliInput): Promise<CliResult> {
  const { haltId, path } = orderOf(input, 'review');
  await call(input.connection, 'POST', path, { reason: requireReason(input) });
  return { lines: [`${haltId} is reviewed. It stands until two people lift it.`], json: { haltId } };
}

function orderOf(input: CliInput, act: string): { haltId: string; path: string } {
  const haltId = requireArgument(input, 1, 'the halt id').toUpperCase();
  return { haltId, path: `/v1/halts/${encodeURIComponent(haltId)}/${act}` };
}

function requireReason(input: CliInput): string {
  const reason = textOption(input, 'reason');
  if (reason === undefined) throw new UsageError('--reason is missing');
  return reason;
}
