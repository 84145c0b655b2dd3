/**
 * Packs the guard for agents: `npm run build && node clients/node/pack.mjs [FOLDER]` writes haltline-VERSION.tgz there, under the name
 * and with the imports of the whole package (`haltline/guard`, its adapters), and without a single dependency. It holds
 * what dist/src/guard imports, and nothing of the control plane.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const whole = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { name, version, license, type, engines, exports } = whole;
const entries = Object.values(exports).flatMap(({ types, default: code }) => [types, code]);

/** Of compiled code and of its types, `import('…')` among them. */
function importsIn(text) {
  const ways = [
    /^(?:import|export)\b[^;'"]*\bfrom\s+["']([^"']+)["']/gmu,
    /\bimport\(?\s*["']([^"']+)["']/gu,
  ];
  return ways.flatMap((way) => [...text.matchAll(way)].map(([, wanted]) => wanted));
}

/** With everything that they import; what is no file of ours would be a dependency. */
function filesOf(paths) {
  const found = new Set(paths);
  for (const path of found) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is not there: run npm run build first`);
    for (const wanted of importsIn(readFileSync(join(root, path), 'utf8'))) {
      if (wanted.startsWith('node:')) continue;
      if (!wanted.startsWith('.'))
        throw new Error(`${path} imports ${wanted}: the guard brings no dependency`);
      const code = join(dirname(path), wanted);
      found.add(path.endsWith('.d.ts') ? code.replace(/\.js$/, '.d.ts') : code);
    }
  }
  return [...found];
}

const folder = mkdtempSync(join(tmpdir(), 'haltline-guard-'));
try {
  for (const path of filesOf(entries.map((entry) => entry.replace(/^\.\//, '')))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  const description = "Haltline's guard: what an agent imports to be stoppable. No dependencies.";
  const about = { name, version, description, license, type, engines };
  const manifest = { ...about, sideEffects: false, exports };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(root, 'src/guard/README.md'), join(folder, 'README.md'));
  const to = resolve(process.argv[2] ?? '.');
  execFileSync('npm', ['pack', '--silent', '--pack-destination', to], { cwd: folder, stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
