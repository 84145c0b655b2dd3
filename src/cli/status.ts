import { z } from 'zod';
import type { CliCommand } from './define-cli-command.js';
import { call } from './http-client.js';

const Status = z.looseObject({
  epoch: z.number(),
  incidents: z.array(
    z.looseObject({
      name: z.string(),
      severity: z.string(),
      status: z.string(),
      agent: z.string().nullable(),
      title: z.string(),
    }),
  ),
  halts: z.array(
    z.looseObject({
      haltId: z.string(),
      scope: z.unknown(),
      expected: z.number(),
      settled: z.number(),
      containedSeconds: z.number().nullable(),
      orderedBy: z.string(),
      at: z.string(),
    }),
  ),
  points: z.array(
    z.looseObject({
      pointId: z.string(),
      agentId: z.string(),
      connected: z.boolean(),
      level: z.string().nullable(),
      leaseAgeMs: z.number(),
    }),
  ),
  unguarded: z.array(z.string()),
});
type Status = z.infer<typeof Status>;

export const status: CliCommand = {
  name: 'status',
  usage: 'status',
  help: 'Shows open incidents, halts in force and enforcement points: what /halt status shows.',
  run: async ({ connection }) => {
    const answer = Status.parse(await call(connection, 'GET', '/v1/status'));
    return { lines: linesOf(answer), json: answer };
  },
};

function linesOf({ epoch, incidents, halts, points, unguarded }: Status): string[] {
  return [
    `epoch ${epoch}`,
    ...section(
      'Halts in force',
      halts.map((halt) => {
        const proof =
          halt.containedSeconds === null
            ? `${halt.settled} of ${halt.expected} answered for good`
            : `contained in ${halt.containedSeconds} s`;
        return `${halt.haltId}  ${JSON.stringify(halt.scope)}  ${proof}  by ${halt.orderedBy} at ${halt.at}`;
      }),
    ),
    ...section(
      'Enforcement points',
      points.map((point) => {
        const heard = `${(point.leaseAgeMs / 1000).toFixed(1)} s since its last heartbeat`;
        return `${point.agentId}  ${point.connected ? 'connected' : 'NOT CONNECTED'}  ${heard}  ${point.level ?? ''}`;
      }),
    ),
    ...section('Agents without an enforcement point (cannot be seen or stopped)', unguarded),
    ...section(
      'Open incidents',
      incidents.map(
        (each) =>
          `${each.name}  ${each.severity}  ${each.status}  ${each.agent ?? 'unknown agent'}  ${each.title}`,
      ),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}
