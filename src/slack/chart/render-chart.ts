import { Worker } from 'node:worker_threads';
import type { AlertChart } from '../../core/alert-chart.js';
import { chartSvg } from './chart-svg.js';
import type { ChartTitle } from './chart-words.js';

const LONGEST_MS = 20_000;

/** A chart as PNG, drawn in a thread of its own so that nobody who halts waits for a picture. */
export async function renderChart(chart: AlertChart, title: ChartTitle): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./chart.worker.js', import.meta.url), {
    workerData: chartSvg(chart, title),
  });
  const limit = setTimeout(() => void worker.terminate(), LONGEST_MS);
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the chart was not drawn')));
    });
  } finally {
    clearTimeout(limit);
    await worker.terminate();
  }
}
