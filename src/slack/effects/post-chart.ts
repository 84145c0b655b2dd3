/**
 * Shows an alert's window and limit as a picture. Nobody waits for it: what cannot be uploaded after some tries is given
 * up, on record, for its numbers stand in the alert's own sentence.
 */
import { z } from 'zod';
import { say } from '../../../blocks/escape.js';
import type { Effector, Outcome } from '../../operations/outbox/outbox-types.js';
import type { EffectRow } from '../../store/types.js';
import { altText } from '../chart/chart-words.js';
import { loadChart, type ChartToPost } from '../chart/load-chart.js';
import { renderChart } from '../chart/render-chart.js';
import { retryOf, type Failure } from '../failure.js';
import type { Place } from '../surfaces/marker.js';
import { degrade, type EffectParts } from './effect-parts.js';
import { isShared, shareFile, uploadBytes } from './upload-file.js';

const WAIT_MS = 1_000;
/** Until its message is posted; and until Slack takes the file. */
const LOOKS_MAX = 60;
/** A channel takes about a message a second, and an umbrella may have fifty cards to post. */
const LOOKS_MAX_IN_LINE = 600;
const TRIES_MAX = 12;

const Saved = z.object({ fileId: z.string() });

interface Work {
  readonly parts: EffectParts;
  readonly effect: EffectRow;
  readonly shown: ChartToPost;
  readonly place: Place;
}

export function postChart(parts: EffectParts): Effector {
  return async (effect) => {
    const shown = await loadChart(parts, effect);
    if (shown === undefined) return { kind: 'done' };
    const { place } = shown;
    if (place === null) return notYet(parts, effect, shown);
    return post({ parts, effect, shown, place });
  };
}

async function post(work: Work): Promise<Outcome> {
  const { parts, effect, place } = work;
  const { client, deps } = parts;
  const saved = Saved.safeParse(await deps.store.setting(settingOf(effect)));
  if (saved.success) {
    const { fileId } = saved.data;
    const shared = await isShared(client, fileId, place);
    if (shared.kind !== 'ok') return failed(work, shared);
    return shared.value ? { kind: 'done' } : share(work, fileId);
  }
  const uploaded = await upload(work);
  if (uploaded.kind !== 'ok') return failed(work, uploaded);
  await deps.store.transact((tx) => tx.setSetting(settingOf(effect), { fileId: uploaded.value }));
  return share(work, uploaded.value);
}

/** A picture that cannot be drawn must not hold up what comes after it. */
async function upload({ parts, shown }: Work): ReturnType<typeof uploadBytes> {
  const { chart, title } = shown;
  const drawn = await renderChart(chart, title).catch((error: unknown) => {
    parts.deps.log.warn({ err: error }, 'a chart could not be drawn');
    return undefined;
  });
  if (drawn === undefined) return { kind: 'unknown', error: 'the chart could not be drawn' };
  const filename = `${filenameOf(title.agentId)}-${chart.unit === 'USD' ? 'spend' : 'calls'}.png`;
  return uploadBytes(parts.client, { filename, content: drawn, altText: altText(chart, title) });
}

async function share(work: Work, fileId: string): Promise<Outcome> {
  const { parts, place, shown } = work;
  const title = altText(shown.chart, shown.title);
  const comment = say`📈 ${shown.sentence}`.mrkdwn;
  const shared = await shareFile(parts.client, { fileId, title, place, comment });
  return shared.kind === 'ok' ? { kind: 'done' } : failed(work, shared);
}

async function failed({ parts, effect, shown }: Work, failure: Failure): Promise<Outcome> {
  if (failure.kind !== 'refused' && effect.attempts < TRIES_MAX) return retryOf(failure, effect.begun);
  return giveUp(parts, shown, failure.error);
}

async function notYet(parts: EffectParts, effect: EffectRow, shown: ChartToPost): Promise<Outcome> {
  const error = 'the message it belongs to is not posted';
  if (effect.attempts < (shown.isInLine ? LOOKS_MAX_IN_LINE : LOOKS_MAX))
    return { kind: 'retry', afterMs: WAIT_MS, error, began: effect.begun };
  return giveUp(parts, shown, error);
}

async function giveUp(parts: EffectParts, { incident }: ChartToPost, error: string): Promise<Outcome> {
  if (incident === null) parts.deps.log.warn({ error }, 'slack did not take the chart of a warning');
  else
    await degrade(parts, {
      incident,
      part: 'chart',
      error,
      consequence: 'The chart of an alert is not shown: its numbers are in the alert’s title.',
    });
  return { kind: 'drop', error };
}

function settingOf({ key }: EffectRow): string {
  return `chart-file:${key}`;
}

function filenameOf(agentId: string): string {
  return agentId.replaceAll(/[^\w.-]+/gu, '-').slice(0, 80) || 'agent';
}
