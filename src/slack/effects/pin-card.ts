import type { Effector } from '../../operations/outbox/outbox-types.js';
import { attempt } from '../failure.js';
import { settle, targetOf, waitFor, type EffectParts } from './effect-parts.js';

/** Pins the card, once it has been posted. */
export function pinCard(parts: EffectParts): Effector {
  return async (effect) => {
    const { incident, isFallback } = await targetOf(parts, effect);
    if (isFallback) return { kind: 'done' };
    const refusal = {
      incident: incident.name,
      part: 'pin',
      consequence: 'The card is not pinned: it is the first message of the channel.',
    };
    const card = await parts.deps.store.surface(`card:${incident.name}`);
    const { channelId = null, ts = null } = card ?? {};
    if (channelId === null || ts === null) return waitFor(parts, effect, refusal);
    const pinned = await attempt(() => parts.client.pins.add({ channel: channelId, timestamp: ts }));
    if (pinned.kind === 'refused' && pinned.error === 'already_pinned') return { kind: 'done' };
    return settle(parts, pinned, refusal);
  };
}
