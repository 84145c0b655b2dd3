import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compiledWorker } from '../src/compiled-worker.js';

const ROOT = new URL('..', import.meta.url).href;

it.each([
  ['src/telemetry/start-telemetry.ts', './telemetry.worker.js', 'dist/src/telemetry/telemetry.worker.js'],
  ['src/slack/chart/render-chart.ts', './chart.worker.js', 'dist/src/slack/chart/chart.worker.js'],
])('finds the thread of %s in what it is compiled to', (importer, name, compiled) => {
  const found = compiledWorker(name, `${ROOT}${importer}`);

  expect(found.href).toBe(`${ROOT}${compiled}`);
  expect(existsSync(found)).toBe(true);
});

it('finds the thread beside whoever starts it once that is compiled', () => {
  const importer = `${ROOT}dist/src/telemetry/replay/run-replay.js`;

  expect(compiledWorker('./replay.worker.js', importer).href).toBe(
    `${ROOT}dist/src/telemetry/replay/replay.worker.js`,
  );
});

it('names the missing file where nobody has compiled, so that the error says which', () => {
  expect(compiledWorker('./nobody.worker.js', `${ROOT}src/app.ts`).href).toBe(`${ROOT}src/nobody.worker.js`);
});
