/** Every kind of effect on Slack, by name. An explicit list; a new kind is a line here. */
import type { Deps } from '../../operations/deps.js';
import type { Effector } from '../../operations/outbox/outbox-types.js';
import type { SlackClients } from '../clients.js';
import { createPlaces } from '../surfaces/places.js';
import { addBookmark } from './add-bookmark.js';
import { createChannel } from './create-channel.js';
import type { EffectParts } from './effect-parts.js';
import { invite } from './invite.js';
import { pinCard } from './pin-card.js';
import { postChart } from './post-chart.js';
import { postPostMortem } from './post-post-mortem.js';
import { setTopic } from './set-topic.js';

export function createEffectors(deps: Deps, clients: SlackClients): Readonly<Record<string, Effector>> {
  const parts: EffectParts = { deps, client: clients.bulk, places: createPlaces(deps) };
  return {
    'channel:create': createChannel(parts),
    'channel:topic': setTopic(parts),
    'channel:invite': invite(parts),
    'channel:bookmark': addBookmark(parts),
    'card:pin': pinCard(parts),
    'chart:post': postChart(parts),
    'post-mortem:post': postPostMortem(parts),
  };
}
