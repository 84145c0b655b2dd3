import { z } from 'zod';

/** The body that Standard Webhooks 1.0.0 recommends; what we read in `data` is described in `event-data.ts`. */
export const StandardWebhook = z.object({
  type: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'What happened; one that ends in .resolved ends the alert.' }),
  timestamp: z.union([z.string(), z.number()]).nullish().meta({ description: 'When it happened, RFC 3339.' }),
  data: z.unknown().optional().meta({
    description:
      'Members that we know: id, status, startsAt, title, summary, agent, tool, actionClass, tripwire, severity, actionAt, signalAt, link, labels.',
  }),
});
export type StandardWebhook = z.infer<typeof StandardWebhook>;
