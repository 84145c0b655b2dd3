import { z } from 'zod';
import { TripwireName } from '../../core/alert.js';
import { StartTime } from '../start-time.js';

const time = (description: string) => z.string().meta({ description, format: 'date-time' });
const text = (description: string) => z.string().max(10_000).meta({ description });

const Value = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One alert of a system that has no format of its own. Keys that are not here are told to the poster. */
export const GenericAlert = z.looseObject({
  id: z.string().min(1).max(256).meta({
    description: 'Names the rule and what it fired for. The same `id` and `startsAt` are one episode.',
  }),
  status: z.enum(['firing', 'resolved']).default('firing'),
  startsAt: StartTime,
  title: text('One line that says what happened.').min(1),
  summary: text('More about it.').default(''),
  agent: text('The agent, as agents.yml calls it.').nullish(),
  tripwire: text(`One of ${TripwireName.options.join(', ')}.`).nullish(),
  tool: text('The tool or API that was used.').nullish(),
  actionClass: text('The action class, as runbooks/action-classes calls it.').nullish(),
  severity: text(
    'sev1 (the worst) to sev3, or a word such as critical. It can raise the incident, never lower it.',
  ).nullish(),
  actionAt: time('When the agent acted, if known. Never send a guess.').nullish(),
  signalAt: time('When evidence of it reached the detecting system, if known.').nullish(),
  link: text('http or https address of the evidence.').nullish(),
  labels: z.record(z.string(), Value).default({}),
});
export type GenericAlert = z.infer<typeof GenericAlert>;

export const GenericBody = z.looseObject({ alerts: z.array(GenericAlert) });
