/** A reasoning trace for people: what was said and done around an action, in order, and what nobody knows. */
import { z } from 'zod';

const Part = z.object({
  part: z.string(),
  text: z.string(),
  cutOff: z.number(),
  at: z.string(),
  spanId: z.string(),
  relation: z.string(),
  isFinal: z.boolean().default(false),
});

/** Of `GET /v1/actions/:id/trace`, what is shown. */
export const ToldTrace = z.object({
  actionId: z.string(),
  agentId: z.string(),
  tool: z.string().nullable(),
  at: z.string(),
  outcome: z.string(),
  check: z.object({ at: z.string(), verdict: z.string() }).nullable(),
  otherChecks: z.array(z.object({ agentId: z.string(), at: z.string(), verdict: z.string() })).default([]),
  quarantine: z
    .object({
      id: z.string(),
      state: z.string(),
      heldAt: z.string(),
      decidedBy: z.string().nullable(),
      decidedAt: z.string().nullable(),
      usedAt: z.string().nullable(),
    })
    .nullable()
    .default(null),
  parts: z.array(Part),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type ToldTrace = z.infer<typeof ToldTrace>;

export function traceLines({ parts, unknown, check, otherChecks, quarantine, ...told }: ToldTrace): string[] {
  const { actionId, agentId, tool, at, outcome } = told;
  return [
    `Action ${actionId} of ${agentId}${tool === null ? '' : `, ${tool}`}: ${outcome}, ${at}.`,
    check === null ? 'No check is known.' : `Its guard said ${check.verdict} at ${check.at}.`,
    ...otherChecks.map(
      ({ agentId: who, at: when, verdict }) => `The guard of ${who} said ${verdict} at ${when}.`,
    ),
    ...(quarantine === null ? [] : [quarantineLine(quarantine)]),
    '',
    ...parts.flatMap(partLines),
    ...unknown.map(({ what, why }) => `UNKNOWN ${what}: ${why}`),
  ];
}

/** `It was held as Q-7 at …: released by U0SRE1 at …, taken up at ….` */
function quarantineLine({
  id,
  state,
  heldAt,
  decidedBy,
  decidedAt,
  usedAt,
}: NonNullable<ToldTrace['quarantine']>): string {
  const isRejected = state === 'rejected';
  const decided =
    decidedBy === null ? [] : [`${isRejected ? 'rejected' : 'released'} by ${decidedBy} at ${decidedAt}`];
  const ended =
    usedAt === null ? (state === 'expired' || state === 'refused' ? [state] : []) : [`taken up at ${usedAt}`];
  const came = [...decided, ...ended];
  return `It was held as ${id} at ${heldAt}: ${came.length === 0 ? 'nobody has decided' : came.join(', ')}.`;
}

function partLines({ part, text, cutOff, at, spanId, relation, isFinal }: z.infer<typeof Part>): string[] {
  const where = relation === 'action' ? '' : ` (${relation})`;
  const name = isFinal ? `final ${part}` : part;
  const rest = cutOff === 0 ? [] : [`    … ${cutOff} more characters`];
  return [
    `${at}  ${name}${where}  span ${spanId}`,
    ...text.split(/\r\n?|\n/u).map((line) => `    ${line}`),
    ...rest,
    '',
  ];
}
