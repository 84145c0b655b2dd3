import { describe, expect, it } from 'vitest';
import type { AlertChart } from '../../../src/core/alert-chart.js';
import { chartSvg } from '../../../src/slack/chart/chart-svg.js';
import { altText, excess, headline } from '../../../src/slack/chart/chart-words.js';
import { renderChart } from '../../../src/slack/chart/render-chart.js';

const ENDED_MS = Date.parse('2026-11-20T03:12:00.000Z');
const BILLING = { agentId: 'billing-agent', tool: null };

/** Three hours that end with this value. */
function aChart(last: number, change: Partial<AlertChart> = {}): AlertChart {
  const points = Array.from({ length: 61 }, (_, index) => ({
    atMs: ENDED_MS - (60 - index) * 180_000,
    value: index === 60 ? last : 9.8,
  }));
  return { unit: 'USD', points, median: 9.8, limit: 19.6, ...change };
}

describe('what a chart says', () => {
  it.each([
    [41.2, '2.1× the limit'],
    [20, '$0.40 over the limit'],
    [19.6, 'exactly at the limit'],
    [12, '$7.60 below the limit'],
    [30_000, '$29,980.40 over the limit'],
    [4000, '204× the limit'],
  ])('of $%s: %s', (value, words) => {
    expect(excess(aChart(value))).toBe(words);
  });

  it('names its window, and calls where it counts calls', () => {
    const calls = aChart(655, { unit: 'calls', limit: 600, median: null, windowMinutes: 5 });

    expect(headline(calls, { agentId: 'support-agent', tool: 'crm.update' })).toBe(
      'support-agent · calls of crm.update in the 5 min to 03:12 UTC',
    );
    expect(altText(calls, BILLING)).toContain('655 calls, 55 calls over the limit of 600; no median yet');
  });

  it('carries its numbers to who cannot see it', () => {
    expect(altText(aChart(41.2), BILLING)).toBe(
      'Line chart: billing-agent · spend in the sliding hour, 2026-11-20 00:12 to 03:12 UTC. At 03:12: $41.20, $21.60 over the limit of $19.60; 7-day median $9.80. Above the limit since about 03:12.',
    );
  });
});

describe('a chart', () => {
  it('shows a hostile name as text, and stays a picture', async () => {
    const title = { agentId: '<script>&"\u0000\u0007</svg>\u202e', tool: null };

    const svg = chartSvg(aChart(41.2), title);
    const png = await renderChart(aChart(41.2), title);

    expect(svg).not.toContain('<script>');
    expect(svg).toContain('&lt;script&gt;&amp;');
    expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  });

  it.each([
    ['nothing', aChart(0, { limit: 0, median: 0 })],
    ['billions', aChart(4e9, { limit: 1 })],
    ['a limit that is the median', aChart(10, { limit: 9.8 })],
    ['fractions of a cent', aChart(0.00003, { limit: 0.00001, median: 0.000005 })],
    ['two points', { ...aChart(1), points: aChart(41).points.slice(-2) }],
  ])('of %s is small and has no number that is none', async (_what, chart) => {
    const svg = chartSvg(chart, BILLING);
    const png = await renderChart(chart, BILLING);

    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
    expect(png.byteLength).toBeLessThan(50_000);
  });
});
