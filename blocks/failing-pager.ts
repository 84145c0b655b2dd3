/** A pager that does not take pages: people whom nobody wakes. Said where the company looks, once each time it begins. */
import { pagerTitle, type PagerHealth } from '../src/core/pager.js';
import { join, say, timeText } from './escape.js';
import { context, header, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

export interface FailingPagerState {
  readonly pager: string;
  /** When this trouble began. */
  readonly since: string;
  readonly health: PagerHealth;
}

export function failingPagerMessage(state: FailingPagerState): Rendered {
  const { failing } = state.health;
  // A later trouble has a message of its own.
  return failing?.since === state.since ? fails(state, failing) : isOver(state);
}

function fails({ pager, health }: FailingPagerState, failing: NonNullable<PagerHealth['failing']>): Rendered {
  const title = pagerTitle(pager);
  const last =
    health.lastAcceptedAt === null
      ? say`It has never taken one.`
      : say`It last took one ${timeText(health.lastAcceptedAt)}.`;
  return surface({
    text: say`🚨 ${title} does not take pages: ${failing.error}`,
    blocks: [
      header(`🚨 ${title} does not take pages`),
      section(
        join(
          [
            say`Since ${timeText(failing.since)}: ${failing.error}. ${last}`,
            say`*Nobody is woken by it.* Pages go out in Slack and by any other pager: for *${failing.incident}* call people, and have this one mended.`,
          ],
          '\n',
        ),
      ),
      context(say`Haltline goes on trying where trying helps · \`haltline doctor --probe\` asks it`),
    ],
    drill: false,
  });
}

function isOver({ pager, since, health }: FailingPagerState): Rendered {
  const title = pagerTitle(pager);
  const again =
    health.lastAcceptedAt === null ? say`` : say` It took one ${timeText(health.lastAcceptedAt)}.`;
  return surface({
    text: say`✅ ${title} takes pages again`,
    blocks: [
      header(`✅ ${title} takes pages again`),
      section(say`It did not from ${timeText(since)} on.${again}`),
    ],
    drill: false,
  });
}
