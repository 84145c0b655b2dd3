/** The picture that goes with an alert of our own wires: a sliding window, what is usual, and the limit. */
import { z } from 'zod';

export const AlertChart = z.object({
  unit: z.enum(['USD', 'calls']),
  points: z
    .array(z.object({ atMs: z.number(), value: z.number() }))
    .min(2)
    .readonly(),
  /** null where too little is known for one. */
  median: z.number().nullable(),
  limit: z.number(),
  /** Minutes that the window is long; an hour where left out. */
  windowMinutes: z.number().optional(),
});
export type AlertChart = z.infer<typeof AlertChart>;
