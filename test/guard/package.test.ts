/** The guard as a stranger gets it: packed, installed in an empty folder, and used without anything of ours beside it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/processes.js';

const ENTRIES = ['', '/vercel-ai', '/openai-agents', '/langchain', '/mcp'].map(
  (name) => `haltline/guard${name}`,
);

const AGENT = `
import { createGuard, type Guard } from 'haltline/guard';
${ENTRIES.map((entry, index) => `import * as part${index} from '${entry}';`).join('\n')}
const guard: Guard = createGuard({ url: 'http://127.0.0.1:1', token: 't', agentId: 'a' });
const mode: 'deny' | 'hold' | 'degraded' | undefined = guard.halts[0]?.mode;
// @ts-expect-error: a mode that there is not
const other: 'nothing' | undefined = guard.halts[0]?.mode;
export const ran = guard.run({ tool: 't', actionClass: 'c' }, ({ release }) => release ?? mode ?? other);
export const parts = [${ENTRIES.map((_, index) => `part${index}`).join(', ')}];
`;

describe('the package of the guard', () => {
  let folder: string;

  beforeAll(() => {
    folder = temporaryFolder();
    const target = join(folder, 'node_modules', 'haltline');
    mkdirSync(target, { recursive: true });
    execFileSync(process.execPath, ['clients/node/pack.mjs', folder], { stdio: 'ignore' });
    const [packed = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['xzf', join(folder, packed), '-C', target, '--strip-components=1']);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'agent.ts'), AGENT);
  }, 60_000);

  it('brings no dependency along, and nothing of the control plane', () => {
    const read: unknown = JSON.parse(
      readFileSync(join(folder, 'node_modules/haltline/package.json'), 'utf8'),
    );
    const files = readdirSync(join(folder, 'node_modules/haltline/dist/src'), { recursive: true }).map(
      String,
    );

    expect(Object.keys(read as object).filter((key) => /dependencies|bin|scripts/iu.test(key))).toEqual([]);
    expect(files.filter((file) => !/^(core|guard)(\/|$)/u.test(file))).toEqual([]);
    expect(files.filter((file) => /^core\/.*\.js$/u.test(file)).toSorted()).toEqual([
      'core/canonical-json.js',
      'core/held-parameters.js',
      'core/unknown-class.js',
    ]);
  });

  it.each([
    ['bundler', 'esnext'],
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
  ])('has types that resolve by themselves with moduleResolution %s', (moduleResolution, module) => {
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
    const lib = ['--target', 'es2023', '--lib', 'es2023,dom', '--types', ''];
    const how = ['--module', module, '--moduleResolution', moduleResolution];

    const compile = (): Buffer =>
      execFileSync(resolve('node_modules/.bin/tsc'), [...strict, ...lib, ...how, 'agent.ts'], {
        cwd: folder,
      });

    expect(compile).not.toThrow();
  });

  it.each(ENTRIES)('gives %s to import and to require', (entry) => {
    const code = `const a = require('${entry}'); import('${entry}').then((b) => console.log(Object.keys(a).length, Object.keys(b).length))`;

    const said = execFileSync(process.execPath, ['--no-warnings', '-e', code], { cwd: folder }).toString();

    expect(said).toMatch(/^([1-9]\d*) [1-9]\d*\n$/u);
  });

  it.each(['node', 'browser', 'neutral'] as const)(
    'is bundled for %s with nothing but node: left over',
    async (platform) => {
      const { metafile } = await build({
        stdin: { contents: `export { checkGuard } from 'haltline/guard';`, resolveDir: folder },
        bundle: true,
        write: false,
        metafile: true,
        format: 'esm',
        platform,
        external: ['node:*'],
        logLevel: 'silent',
      });

      const left = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
      expect([...new Set(left)]).toEqual(['node:crypto']);
    },
  );
});
