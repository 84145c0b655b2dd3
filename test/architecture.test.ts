import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Who may import whom (design §3; differences are in src/DECISIONS.md). A room may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  blocks: ['src/core'],
  'src/registry': ['src/core'],
  'src/store': ['src/core'],
  'src/sources': ['src/core'],
  'src/outgoing': [],
  'src/actuators': ['src/core', 'src/outgoing'],
  'src/pagers': ['src/core', 'src/outgoing'],
  'src/telemetry': ['src/core', 'src/registry/registry.ts', 'src/store/types.ts'],
  'src/operations': [
    'src/core',
    'src/registry',
    'src/store/types.ts',
    'src/sources/types.ts',
    'src/actuators/types.ts',
    'src/pagers/types.ts',
    'src/telemetry/types.ts',
  ],
  'src/slack': ['src/operations', 'src/core', 'blocks', 'src/store/types.ts', 'src/registry/registry.ts'],
  'src/http': [
    'src/operations',
    'src/core',
    'src/sources/types.ts',
    'src/store/types.ts',
    'src/telemetry/types.ts',
  ],
  'src/schedule': ['src/operations', 'src/core', 'src/registry/registry.ts'],
  'src/cli': [
    'src/core',
    'src/config.ts',
    'src/log.ts',
    'src/serve.ts',
    'src/check-up.ts',
    'src/try-source.ts',
    'src/store/sqlite.ts',
    'src/sandbox/demo/run-demo.ts',
  ],
  'src/guard': [
    'src/core/halt-shapes.ts',
    'src/core/canonical-json.ts',
    'src/core/unknown-class.ts',
    'src/core/held-parameters.ts',
  ],
  'src/sandbox': ['src/guard'],
};
const ANYTHING = ['src/app.ts', 'src/check-up.ts', 'src/try-source.ts', 'src/serve.ts', 'src/main.ts'];

/** Packages with a home: nobody else may import them. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@slack/bolt': ['src/slack'],
  '@slack/web-api': ['src/slack'],
  '@slack/socket-mode': ['src/slack'],
  kysely: ['src/store'],
  'better-sqlite3': ['src/store', 'src/telemetry'],
  protobufjs: ['src/telemetry'],
  '@resvg/resvg-js': ['src/telemetry', 'src/slack'],
  'dejavu-fonts-ttf': ['src/telemetry', 'src/slack'],
  cloudevents: ['src/sources'],
  'node-cron': ['src/schedule'],
  fastify: ['src/http'],
  pino: ['src/log.ts', 'src/app.ts'],
  yaml: ['src/registry'],
  emulate: ['src/sandbox'],
  ws: ['src/sandbox'],
};

const files = ['src', 'blocks'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, file)),
);
const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('test', file));
const within = (...rooms: readonly string[]): string[] =>
  files.filter((file) => rooms.some((room) => file.startsWith(`${room}/`)));
/** Without comments and the text in quotes. */
const codeOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");
const roomOf = (file: string): string =>
  Object.keys(MAY_IMPORT).find((room) => file.startsWith(`${room}/`)) ?? file;
const specifiers = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');
const targets = (file: string): string[] =>
  specifiers(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative('.', join(dirname(file), specifier)).replace(/\.js$/, '.ts'));

describe('the house', () => {
  it.each(files)('%s imports only what its room may import', (file) => {
    const room = roomOf(file);
    if (ANYTHING.includes(file)) return;
    const allowed = MAY_IMPORT[room] ?? [];

    const strangers = targets(file).filter(
      (target) =>
        roomOf(target) !== room && !allowed.some((each) => target === each || target.startsWith(`${each}/`)),
    );

    expect(strangers).toEqual([]);
  });

  it.each(files)('%s uses packages only where they are at home', (file) => {
    const away = specifiers(file).filter((specifier) =>
      Object.entries(HOMES).some(
        ([name, homes]) =>
          (specifier === name || specifier.startsWith(`${name}/`)) &&
          !homes.some((home) => file.startsWith(home)),
      ),
    );

    expect(away).toEqual([]);
  });

  it('keeps core pure: zod, date-fns and itself', () => {
    const outside = files
      .filter((file) => file.startsWith('src/core/'))
      .flatMap((file) => specifiers(file).map((specifier) => `${file} → ${specifier}`))
      .filter((line) => !/→ (\.|zod$|date-fns$)/.test(line));

    expect(outside).toEqual([]);
  });

  it('keeps doors apart: plug-ins and doors never import each other', () => {
    const doors = ['src/slack', 'src/http', 'src/schedule', 'src/cli'];
    const crossings = files.flatMap((file) =>
      targets(file)
        .filter(
          (target) =>
            doors.includes(roomOf(file)) && doors.includes(roomOf(target)) && roomOf(file) !== roomOf(target),
        )
        .map((target) => `${file} → ${target}`),
    );

    expect(crossings).toEqual([]);
  });

  it.each([...files, ...tests])('%s has at most 300 lines', (file) => {
    expect(readFileSync(file, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(300);
  });

  it.each(files)('%s has no way around the compiler, no default export, no word left undone', (file) => {
    const source = readFileSync(file, 'utf8');

    expect(source).not.toMatch(/@ts-|\bas any\b|: any\b|^export default|\bTODO\b|\bFIXME\b/m);
  });

  it('knows nothing of where it is compiled to', () => {
    const looking = files.filter((file) =>
      /['"`/.]dist\//.test(readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')),
    );

    expect(looking).toEqual([]);
  });

  it('reads the environment in config.ts alone', () => {
    const readers = files.filter((file) => readFileSync(file, 'utf8').includes('process.env'));

    expect(readers).toEqual(['src/config.ts']);
  });

  it('never draws lots in core, and reads the time of day neither there nor in operations', () => {
    const told = within('src/core', 'src/operations', 'blocks').filter((file) =>
      /new Date\(\)|Date\.now\b/.test(codeOf(file)),
    );
    const drawn = within('src/core', 'blocks').filter((file) =>
      /Math\.random\b|randomUUID/.test(codeOf(file)),
    );

    expect([...told, ...drawn]).toEqual([]);
  });

  it('asserts no type where everything is typed: in core, operations and blocks', () => {
    const asserting = within('src/core', 'src/operations', 'blocks').filter((file) =>
      /[\w)\]}] as (?!const\b)[\w{]/.test(
        codeOf(file).replaceAll(/^(?:import|export) (?:type )?[{*][^;]*;/gm, ''),
      ),
    );

    expect(asserting).toEqual([]);
  });

  it('has a file for every word of the glossary', () => {
    const glossary = readFileSync('src/core/README.md', 'utf8');
    const named = [...glossary.matchAll(/`((?:src|runbooks|blocks)\/[^`]+)`/g)].map(
      (match) => match[1] ?? '',
    );

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('has at most fourteen runtime dependencies, all pinned', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >;

    expect(Object.keys(dependencies ?? {}).length).toBeLessThanOrEqual(14);
    expect(
      Object.values({ ...dependencies, ...devDependencies }).filter((version) => !/^\d/.test(version)),
    ).toEqual([]);
  });
});
