/** Everything that can happen to one source: what its stream holds, `source:<name>`. */
import { z } from 'zod';
import { Instant } from './ids.js';

export const SourceEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('source:paused'),
    data: z.object({ by: z.string(), at: Instant }),
    private: z.object({ reason: z.string() }).nullable(),
  }),
  z.object({
    type: z.literal('source:resumed'),
    data: z.object({ by: z.string(), at: Instant, held: z.number().int().nonnegative() }),
    private: z.null().optional(),
  }),
]);
export type SourceEvent = z.infer<typeof SourceEvent>;

/** Whether posts of a source are taken at once, or held until somebody resumes it. */
export interface SourceState {
  readonly paused: { readonly by: string; readonly at: Instant; readonly reason: string } | null;
}

export const RUNNING: SourceState = { paused: null };

/** The state after one event more. */
export function applySourceEvent(_before: SourceState, event: SourceEvent): SourceState {
  switch (event.type) {
    case 'source:paused':
      return { paused: { ...event.data, reason: event.private?.reason ?? '(erased)' } };
    case 'source:resumed':
      return RUNNING;
  }
}

/** The stream of one source. */
export function sourceStream(name: string): string {
  return `source:${name}`;
}
