/** The detection chain as five compact lines, on the card and in the post-mortem's summary. */
import {
  gapsOf,
  largestGap,
  LINKS,
  mttdForAgents,
  type DetectionChain,
  type LinkName,
} from '../src/core/detection-chain.js';
import { join, say, timeText, type Mrkdwn } from './escape.js';
import { acknowledgedBy, durationText, UNKNOWN } from './words.js';

export const LINK_WORDS: Readonly<Record<LinkName, string>> = {
  action: 'Action',
  signal: 'Signal',
  trigger: 'Trigger',
  page: 'Page',
  acknowledgement: 'Acknowledged',
};

/** Heading with the figure that counts, then a line a link: when, how long after the one before, who says so. */
export function chainLines(chain: DetectionChain): Mrkdwn {
  return join(
    [say`*Detection chain*  ${figures(chain)}`, ...LINKS.map((name) => linkLine(chain, name))],
    '\n',
  );
}

function figures(chain: DetectionChain): Mrkdwn {
  const mttd = mttdForAgents(chain);
  const largest = largestGap(chain);
  const total = mttd === null ? say`MTTD-for-Agents ${UNKNOWN}` : say`MTTD-for-Agents ${durationText(mttd)}`;
  if (largest === undefined) return total;
  const [from, to] = [LINK_WORDS[largest.from], LINK_WORDS[largest.to]];
  return say`${total} · largest known gap ${from} → ${to}: ${durationText(largest.ms)}`;
}

function linkLine(chain: DetectionChain, name: LinkName): Mrkdwn {
  const found = chain[name];
  if (found === null) return say`• ${LINK_WORDS[name]}: ${UNKNOWN}`;
  const gapMs = gapsOf(chain).find(({ to }) => to === name)?.ms ?? null;
  const after = gapMs === null ? say`` : say` (${gapMs < 0 ? '' : '+'}${durationText(gapMs)})`;
  return say`• ${LINK_WORDS[name]}: ${timeText(found.at)}${after} · ${name === 'acknowledgement' ? acknowledgedBy(found) : found.source}`;
}

/** The links that only people can supply, where an alert has not: the first of these is asked for. */
export function missingLink(chain: DetectionChain): LinkName | undefined {
  return (['action', 'signal'] as const).find((name) => chain[name] === null);
}
