/** A reasoning trace for people: what was said and done around an action, in order, and what nobody knows. */
import { z } from 'zod';

const Part = z.object({
  part: z.string(),
  text: z.string(),
  cutOff: z.number(),
  at: z.string(),
  spanId: z.string(),
  relation: z.string(),
});

/** Of `GET /v1/actions/:id/trace`, what is shown. */
export const ToldTrace = z.object({
  actionId: z.string(),
  agentId: z.string(),
  tool: z.string().nullable(),
  at: z.string(),
  outcome: z.string(),
  check: z.object({ at: z.string(), verdict: z.string() }).nullable(),
  parts: z.array(Part),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type ToldTrace = z.infer<typeof ToldTrace>;

export function traceLines({ parts, unknown, check, ...told }: ToldTrace): string[] {
  const { actionId, agentId, tool, at, outcome } = told;
  return [
    `Action ${actionId} of ${agentId}${tool === null ? '' : `, ${tool}`}: ${outcome}, ${at}.`,
    check === null ? 'No check is known.' : `Its guard said ${check.verdict} at ${check.at}.`,
    '',
    ...parts.flatMap(partLines),
    ...unknown.map(({ what, why }) => `UNKNOWN ${what}: ${why}`),
  ];
}

function partLines({ part, text, cutOff, at, spanId, relation }: z.infer<typeof Part>): string[] {
  const where = relation === 'action' ? '' : ` (${relation})`;
  const rest = cutOff === 0 ? [] : [`    … ${cutOff} more characters`];
  return [
    `${at}  ${part}${where}  span ${spanId}`,
    ...text.split(/\r\n?|\n/u).map((line) => `    ${line}`),
    ...rest,
    '',
  ];
}
