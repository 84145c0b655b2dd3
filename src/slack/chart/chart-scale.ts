/** Where values and moments lie in a picture. */
import type { AlertChart } from '../../core/alert-chart.js';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Scale {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  /** Values for grid lines, none at nothing. */
  readonly ticks: readonly number[];
  /** Moments for labels. */
  readonly moments: readonly number[];
}

const HEADROOM = 1.14;
const STEPS = [1, 2, 2.5, 5, 10];
const TICKS = 3;
const MOMENTS = 3;

export function scaleOf({ points, limit, median }: AlertChart, box: Box): Scale {
  const most = Math.max(limit, median ?? 0, ...points.map(({ value }) => value));
  const top = most > 0 ? most * HEADROOM : 1;
  const first = points[0]?.atMs ?? 0;
  const last = points.at(-1)?.atMs ?? first;
  const span = Math.max(1, last - first);
  return {
    x: (atMs) => round(box.left + ((atMs - first) / span) * (box.right - box.left)),
    y: (value) => round(box.bottom - (Math.max(0, value) / top) * (box.bottom - box.top)),
    ticks: ticksTo(top),
    moments: Array.from({ length: MOMENTS + 1 }, (_, index) => first + (span * index) / MOMENTS),
  };
}

/** Round numbers, about three of them. */
function ticksTo(top: number): number[] {
  const rough = top / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(top / step) }, (_, index) => (index + 1) * step);
}

export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
