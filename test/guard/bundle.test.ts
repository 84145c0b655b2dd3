import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openHaltDesk } from '../support/halting.js';

const AGENT = `
import { createGuard } from './guard.js';
const [url, token] = process.argv.slice(2);
const guard = createGuard({ url, token, agentId: 'billing-agent' });
await guard.ready();
const act = () => guard.run({ tool: 'stripe.refund', actionClass: 'external-api-call' }, () => 'done');
console.log(await act().catch((error) => error.haltId));
await guard.close();
`;

async function bundled(format: 'esm' | 'cjs', minify: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const outfile = join(folder, format === 'esm' ? 'guard.js' : 'guard.cjs');
  const { metafile } = await build({
    entryPoints: ['src/guard/index.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    metafile: true,
    format,
    minify,
    outfile,
    logLevel: 'silent',
  });
  return { folder, inputs: Object.keys(metafile.inputs) };
}

describe('the guard in a bundle', () => {
  it('brings nothing along but itself: no package, and none of the control plane', async () => {
    const { inputs } = await bundled('esm', true);

    const strangers = inputs.filter((file) => !/^src\/(guard|core)\//.test(file));

    expect(strangers).toEqual([]);
  });

  it('works, and is refused what is halted', async () => {
    const desk = await openHaltDesk();
    const { folder } = await bundled('esm', true);
    const agent = join(folder, 'agent.js');
    writeFileSync(agent, AGENT);
    const run = async (): Promise<string> => {
      const { stdout } = await promisify(execFile)(process.execPath, [agent, desk.url, desk.guardToken]);
      return stdout.trim();
    };

    const before = await run();
    const { haltId } = await desk.order();

    expect([before, await run()]).toEqual(['done', haltId]);
  });

  it('can be required where an agent is not a module', async () => {
    const { folder } = await bundled('cjs', false);
    const agent = join(folder, 'agent.cjs');
    writeFileSync(agent, `console.log(typeof require('./guard.cjs').createGuard)`);

    const { stdout } = await promisify(execFile)(process.execPath, [agent]);

    expect(stdout.trim()).toBe('function');
  });
});
