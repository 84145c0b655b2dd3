import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { HaltMode, HaltScope } from '../../core/halt.js';
import { reviewAfter } from '../../core/review-time.js';
import { orderFromSlack } from '../commands/order-from-slack.js';
import type { View } from './define-view.js';

const Context = z.object({
  channelId: z.string().nullable().default(null),
  incident: z.string().nullable().default(null),
});

export const haltView: View = {
  callbackId: 'halt:order',
  errorAt: 'scope',
  run: (door, { press, context, value }) => {
    const { channelId, incident } = Context.parse(context ?? {});
    const review = value('review');
    return orderFromSlack(
      door,
      { ...press, channelId },
      {
        scope: scopeOf(value('scope')),
        mode: HaltMode.catch('deny').parse(value('mode')),
        reviewAt: review === null ? null : reviewAfter(door.deps.now(), review),
        reason: value('reason') ?? 'no reason given',
        ...(incident !== null && { incident }),
      },
    );
  },
};

/** A form of another version may send something else: nothing is ordered by a guess. */
function scopeOf(value: string | null): HaltScope {
  const parsed = z.preprocess(parseJson, HaltScope).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DomainError('expired', 'This form is older than Haltline. Type /halt again, or /halt all.');
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
