import { channelTopic } from '../../../blocks/topic.js';
import type { Effector } from '../../operations/outbox/outbox-types.js';
import { attempt } from '../failure.js';
import { settle, targetOf, type EffectParts } from './effect-parts.js';

/** The channel's topic as the incident stands now, whichever change asked for it. */
export function setTopic(parts: EffectParts): Effector {
  return async (effect) => {
    const { incident, channelId, isFallback } = await targetOf(parts, effect);
    if (channelId === null || isFallback) return { kind: 'done' };
    const topic = channelTopic(incident);
    if (await isShown(parts, channelId, topic)) return { kind: 'done' };
    const set = await attempt(() => parts.client.conversations.setTopic({ channel: channelId, topic }));
    return settle(parts, set, {
      incident: incident.name,
      part: 'topic',
      consequence: 'The channel’s topic says nothing about the incident: read the card.',
    });
  };
}

/** Each setting is a message to everybody in the channel, also one that changes nothing. */
async function isShown({ client }: EffectParts, channel: string, topic: string): Promise<boolean> {
  const looked = await attempt(() => client.conversations.info({ channel }));
  return looked.kind === 'ok' && looked.value.channel?.topic?.value === topic;
}
