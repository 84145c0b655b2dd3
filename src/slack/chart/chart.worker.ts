/** The thread that turns one picture into PNG, which takes some tens of milliseconds. Started by `render-chart.ts`. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';

if (parentPort === null) throw new Error('this file is a worker: start it as one');

const { resolve } = createRequire(import.meta.url);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
  resolve(`dejavu-fonts-ttf/ttf/${name}`),
);

const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' };
parentPort.postMessage(new Uint8Array(new Resvg(String(workerData), { font }).render().asPng()));
