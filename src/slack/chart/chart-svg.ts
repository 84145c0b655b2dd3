/**
 * The picture as SVG. One glance has to tell over or under, and by how much: the part above the limit is red, the number
 * is large. On a card of its own colour, so that it reads the same in light and dark mode.
 */
import type { AlertChart } from '../../core/alert-chart.js';
import { round, scaleOf, type Box, type Scale } from './chart-scale.js';
import { amount, amountWithUnit, clockOf, excess, headline, newest, type ChartTitle } from './chart-words.js';

const WIDTH = 1000;
const HEIGHT = 540;
const PLOT: Box = { left: 92, right: 770, top: 186, bottom: 462 };
/** Beside the plot: how far apart two levels are written, and how low. */
const APART = 64;
const LOWEST = PLOT.bottom - 22;

const INK = '#1d1c1d';
const QUIET = '#616061';
const GRID = '#e8e8e8';
const USUAL = '#1264a3';
const OVER = '#c4122f';

export function chartSvg(chart: AlertChart, title: ChartTitle): string {
  const scale = scaleOf(chart, PLOT);
  const isOver = newest(chart).value > chart.limit;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="DejaVu Sans">`,
    `<rect x="1" y="1" width="${WIDTH - 2}" height="${HEIGHT - 2}" rx="18" fill="#ffffff" stroke="#d4d4d4" stroke-width="2"/>`,
    ...head(chart, title, isOver),
    ...grid(chart, scale),
    ...curve(chart, scale, isOver),
    ...levels(chart, scale),
    '</svg>',
  ].join('');
}

function head(chart: AlertChart, title: ChartTitle, isOver: boolean): string[] {
  const colour = isOver ? OVER : USUAL;
  const value = amountWithUnit(chart, newest(chart).value);
  const pill = excess(chart);
  const width = widthOf(pill, 27) + 44;
  return [
    text(headline(chart, title), { x: 36, y: 54, size: 26, fill: INK, longest: 928 }),
    text(value, { x: 33, y: 126, size: 60, fill: colour, bold: true, longest: 900 - width }),
    `<rect x="${964 - width}" y="82" width="${width}" height="50" rx="25" fill="${colour}"/>`,
    text(pill, { x: 964 - width / 2, y: 117, size: 27, fill: '#ffffff', bold: true, anchor: 'middle' }),
  ];
}

function grid(chart: AlertChart, { x, y, ticks, moments }: Scale): string[] {
  const base = `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}" stroke="${QUIET}" stroke-width="2"/>`;
  const rows = ticks.flatMap((tick) => [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${GRID}" stroke-width="2"/>`,
    text(short(chart, tick), { x: PLOT.left - 12, y: y(tick) + 7, size: 20, fill: QUIET, anchor: 'end' }),
  ]);
  const times = moments.map((atMs, index) => {
    const words = index === moments.length - 1 ? `${clockOf(atMs)} UTC` : clockOf(atMs);
    return text(words, { x: x(atMs), y: PLOT.bottom + 38, size: 22, fill: QUIET, anchor: 'middle' });
  });
  return [...rows, base, ...times];
}

/** Drawn twice, once below and once above the limit: the colours change where the line crosses it. */
function curve(chart: AlertChart, scale: Scale, isOver: boolean): string[] {
  const { x, y } = scale;
  const line = chart.points.map(({ atMs, value }) => `${x(atMs)} ${y(value)}`).join('L');
  const area = `M${PLOT.left} ${PLOT.bottom}L${line}L${PLOT.right} ${PLOT.bottom}Z`;
  const limit = y(chart.limit);
  const end = newest(chart);
  const colour = isOver ? OVER : USUAL;
  const clip = (id: string, from: number, to: number): string =>
    `<clipPath id="${id}"><rect x="0" y="${from}" width="${WIDTH}" height="${round(Math.max(0, to - from))}"/></clipPath>`;
  const part = (id: string, fill: string, opacity: number): string =>
    `<g clip-path="url(#${id})"><path d="${area}" fill="${fill}" fill-opacity="${opacity}"/><path d="M${line}" fill="none" stroke="${fill}" stroke-width="6" stroke-linejoin="round"/></g>`;
  return [
    clip('below', limit, HEIGHT),
    clip('above', 0, limit),
    part('below', USUAL, 0.12),
    part('above', OVER, 0.24),
    `<circle cx="${x(end.atMs)}" cy="${y(end.value)}" r="15" fill="${colour}" fill-opacity="0.25"/>`,
    `<circle cx="${x(end.atMs)}" cy="${y(end.value)}" r="8" fill="${colour}" stroke="#ffffff" stroke-width="3"/>`,
  ];
}

/** The limit and what is usual, each with its number at the end of its line. */
function levels(chart: AlertChart, { y }: Scale): string[] {
  const { median, limit } = chart;
  const atLimit = y(limit);
  if (median === null)
    return [
      level(atLimit, OVER, '16 9'),
      ...levelWords('limit', amount(chart, limit), { at: Math.min(atLimit, LOWEST - APART), fill: OVER }),
      text('no median yet', { x: PLOT.right + 26, y: LOWEST + 22, size: 20, fill: QUIET }),
    ];
  const atMedian = y(median);
  const medianWords = Math.min(LOWEST, Math.max(atMedian, atLimit + APART / 2));
  return [
    level(atLimit, OVER, '16 9'),
    level(atMedian, QUIET, '4 8'),
    ...levelWords('limit', amount(chart, limit), { at: Math.min(atLimit, medianWords - APART), fill: OVER }),
    ...levelWords('7-day median', amount(chart, median), { at: medianWords, fill: QUIET }),
  ];
}

function level(at: number, fill: string, dash: string): string {
  return `<line x1="${PLOT.left}" x2="${PLOT.right + 16}" y1="${at}" y2="${at}" stroke="${fill}" stroke-width="4" stroke-dasharray="${dash}"/>`;
}

function levelWords(
  label: string,
  value: string,
  { at, fill }: { readonly at: number; readonly fill: string },
): string[] {
  return [
    text(label, { x: PLOT.right + 26, y: at - 4, size: 20, fill }),
    text(value, { x: PLOT.right + 26, y: at + 23, size: 26, fill, bold: true, longest: 190 }),
  ];
}

/** For the axis: nobody reads cents there. */
function short(chart: AlertChart, value: number): string {
  const words =
    value >= 10_000 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3)));
  return chart.unit === 'USD' ? `$${words}` : words;
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly anchor?: 'middle' | 'end';
  /** Pixels that there are for it: smaller where it would be wider. */
  readonly longest?: number;
}

function text(words: string, { x, y, size, fill, bold = false, anchor, longest }: TextStyle): string {
  const fitted =
    longest === undefined ? size : Math.min(size, Math.floor((size * longest) / widthOf(words, size)));
  const weight = bold ? ' font-weight="bold"' : '';
  const align = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${fitted}" fill="${fill}"${weight}${align}>${escaped(words)}</text>`;
}

/** About what it takes in DejaVu Sans, rather too much than too little. */
function widthOf(words: string, size: number): number {
  return words.length * size * 0.66;
}

/** Names come from agents: nothing in them is markup, and what XML cannot hold is left out. */
function escaped(words: string): string {
  return words
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
