/** A tripwire in mode warn: told to everybody who reads, and nobody is woken for it. */
import type { TripwireWarning } from '../src/core/tripwire-events.js';
import { say, timeText } from './escape.js';
import { context, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

export function tripwireWarning({ agentId, tripwire, rule, sentence, firedAt }: TripwireWarning): Rendered {
  const words = sentence ?? '(erased)';
  return surface({
    text: say`⚠️ ${agentId} · ${tripwire}: ${words}`,
    blocks: [
      section(say`⚠️ *${agentId}* · ${tripwire}: ${words}`),
      context(say`${timeText(firedAt)} · rule ${rule} has mode warn in tripwires.yml: nobody was paged`),
    ],
    drill: false,
  });
}
