import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import type { Door } from '../door/press.js';
import type { Press, Reply } from '../door/reply.js';

/** A button: its id and what a press does. The state is read from the store, never from the message. */
export interface Action {
  /** `noun:verb`, as blocks/ writes it. */
  readonly id: string;
  readonly run: (door: Door, press: Press, value: string) => Promise<Reply | undefined>;
}

/** Builds an action whose button value is JSON of this shape. An old message may carry another: it is refused kindly. */
export function defineAction<T extends z.ZodType>(definition: {
  id: string;
  value: T;
  run: (door: Door, press: Press, value: z.infer<T>) => Promise<Reply | undefined>;
}): Action {
  return {
    id: definition.id,
    run: (door, press, value) => definition.run(door, press, parseValue(definition.value, value)),
  };
}

function parseValue<T extends z.ZodType>(schema: T, value: string): z.infer<T> {
  const parsed = schema.safeParse(parseJson(value));
  if (!parsed.success) {
    throw new DomainError(
      'expired',
      'This button belongs to an older message. Use the newest card in the channel.',
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What most buttons of an incident carry. */
export const OfIncident = z.object({ incident: z.string() });
/** What the buttons of a checklist carry. */
export const OfChecklist = z.object({ incident: z.string(), actionClass: z.string() });
/** What the buttons of a step carry. */
export const OfStep = OfChecklist.extend({ stepId: z.string(), substitute: z.boolean() });
