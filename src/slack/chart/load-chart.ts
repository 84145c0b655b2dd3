/** Which picture an effect is about, and where it belongs. */
import { z } from 'zod';
import type { AlertChart } from '../../core/alert-chart.js';
import { readIncident } from '../../operations/incidents/read-incident.js';
import { readWarning } from '../../operations/detection/read-warnings.js';
import type { EffectRow, SurfaceRow } from '../../store/types.js';
import { targetOf, type EffectParts } from '../effects/effect-parts.js';
import type { Place } from '../surfaces/marker.js';
import type { ChartTitle } from './chart-words.js';

const Payload = z.object({ incident: z.string().nullable(), dedupKey: z.string() });

/** A picture with the words that go with it. `place` is null while there is none yet. */
export interface ChartToPost {
  readonly chart: AlertChart;
  readonly title: ChartTitle;
  readonly sentence: string;
  readonly incident: string | null;
  readonly place: Place | null;
  /** It belongs to a card that stands in line with those of other members of an umbrella. */
  readonly isInLine: boolean;
}

/** Undefined where there is nothing to show, or nowhere to show it. */
export async function loadChart(parts: EffectParts, effect: EffectRow): Promise<ChartToPost | undefined> {
  const { incident, dedupKey } = Payload.parse(effect.payload);
  return incident === null ? ofWarning(parts, dedupKey) : ofAlert(parts, effect, { incident, dedupKey });
}

/** The first alert stands in the channel, where everybody who comes sees it; those that join, in the card's thread. */
async function ofAlert(
  parts: EffectParts,
  effect: EffectRow,
  { incident: name, dedupKey }: { readonly incident: string; readonly dedupKey: string },
): Promise<ChartToPost | undefined> {
  const { deps } = parts;
  const { history } = await readIncident(deps.store, name);
  const alerts = history.flatMap(({ event }) => (event.type === 'alert:received' ? [event] : []));
  const alert = alerts.find(({ data }) => data.dedupKey === dedupKey);
  if (alert === undefined || alert.data.chart === undefined || alert.data.chart === null) return undefined;
  const { incident, channelId, isFallback } = await targetOf(parts, effect);
  const isFirst = alert === alerts[0] && incident.declared === null;
  const card = await deps.store.surface(`card:${name}`);
  // Of the members of an umbrella not all have a card.
  if (card === undefined) return undefined;
  const cardTs = await threadAround(parts, card);
  const isReady = channelId !== null && cardTs !== null;
  return {
    chart: alert.data.chart,
    title: { agentId: alert.data.agentId ?? 'unknown agent', tool: alert.data.tool },
    sentence: alert.private?.title ?? '(erased)',
    incident: name,
    isInLine: card.threadOf !== null,
    place: isReady ? { channelId, threadTs: isFirst && !isFallback ? null : cardTs } : null,
  };
}

/** The message that a card's thread hangs on: the umbrella's, for a member whose own card is in that thread. */
async function threadAround({ deps }: EffectParts, card: SurfaceRow): Promise<string | null> {
  if (card.ts === null || card.threadOf === null) return card.ts;
  return (await deps.store.surface(card.threadOf))?.ts ?? null;
}

async function ofWarning({ deps }: EffectParts, dedupKey: string): Promise<ChartToPost | undefined> {
  const warning = await readWarning(deps.store, dedupKey);
  if (warning?.chart === undefined || warning.chart === null) return undefined;
  const surface = await deps.store.surface(`tripwire-warning:${dedupKey}`);
  const { channelId = null, ts = null } = surface ?? {};
  return {
    chart: warning.chart,
    title: warning,
    sentence: warning.sentence ?? '(erased)',
    incident: null,
    isInLine: false,
    place: channelId === null || ts === null ? null : { channelId, threadTs: ts },
  };
}
