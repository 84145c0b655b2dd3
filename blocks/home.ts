/** App Home: declare, and see what stands. */
import type { HomeView } from '@slack/types';
import type { Instant } from '../src/core/ids.js';
import type { Status } from '../src/core/status.js';
import { ACTION } from './action-ids.js';
import { say, timeText } from './escape.js';
import { fit } from './limits.js';
import { buttons, context, header } from './parts.js';
import { statusBlocks } from './status.js';

export function homeView(status: Status, now: Instant): HomeView {
  const { blocks } = fit({
    text: '',
    blocks: [
      header('Haltline'),
      ...buttons([
        { words: 'Declare an agent incident', action: ACTION.declare, value: {}, style: 'danger' },
      ]),
      ...statusBlocks(status),
      context(say`\`/halt all\` stops every agent · as of ${timeText(now)} · epoch ${status.epoch}`),
    ],
  });
  return { type: 'home', blocks };
}
