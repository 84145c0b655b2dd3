import { existsSync } from 'node:fs';

const ROOT = new URL('..', import.meta.url);

/**
 * Where the file of a thread is, by its name beside `importer` (the `import.meta.url` of whoever starts it). A thread runs
 * compiled code only: beside us once we are compiled, else in what we compile to.
 */
export function compiledWorker(name: string, importer: string): URL {
  const beside = new URL(name, importer);
  if (existsSync(beside)) return beside;
  const compiled = new URL(`dist/${beside.href.slice(ROOT.href.length)}`, ROOT);
  return existsSync(compiled) ? compiled : beside;
}
