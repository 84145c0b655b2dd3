import { z } from 'zod';

/** A variable of the template: text, even where it is a number. One that Datadog did not know stays as it was written. */
const Variable = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const text = String(value ?? '').trim();
    return text === '' || /^\$[A-Z_]+$/.test(text) ? null : text;
  });

/** What `runbooks/datadog-template.json` becomes when Datadog fills it in. Further keys are ignored. */
export const DatadogBody = z.object({
  v: z.literal('1', 'must be "1": configure the webhook with the payload of runbooks/datadog-template.json'),
  id: Variable,
  cycle_key: Variable,
  aggreg_key: Variable,
  monitor_id: Variable,
  title: Variable,
  body: Variable,
  transition: Variable,
  type: Variable,
  priority: Variable,
  scope: Variable,
  tags: Variable,
  date_ms: Variable,
  link: Variable,
});
export type DatadogBody = z.infer<typeof DatadogBody>;
