import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nearestWord } from './nearest-word.js';
import { wholeFile, type Fault } from './registry-error.js';

/** One file as it lies on disk. */
export interface SourceFile {
  /** Relative to the folder with `/`, e.g. `action-classes/database-write.yml`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

const REQUIRED_FILES = ['agents.yml', 'roles.yml', 'tripwires.yml'] as const;
const SINGLE_FILES = [
  ...REQUIRED_FILES,
  'gateways.yml',
  'sources.yml',
  'prices.yml',
  'retention.yml',
] as const;
const FOLDERS = ['action-classes', 'drills'] as const;

/** Reads every file that the registry is made of; what is missing, misnamed or unreadable comes back as faults. */
export function readFolder(folder: string): { readonly files: SourceFile[]; readonly faults: Fault[] } {
  const names = namesIn(folder);
  if (names === undefined)
    return {
      files: [],
      faults: [
        wholeFile(folder, 'is not a folder that can be read; set HALTLINE_RUNBOOKS to where agents.yml lies'),
      ],
    };
  const strangers = names.filter((name) => isYaml(name) && !SINGLE_FILES.some((known) => known === name));
  const misnamed = new Set(strangers.map((name) => nearestWord(name, SINGLE_FILES)));
  const missing = REQUIRED_FILES.filter((name) => !names.includes(name) && !misnamed.has(name));
  const present = SINGLE_FILES.filter((name) => names.includes(name));
  const reading = [...present, ...FOLDERS.flatMap((sub) => listFolder(folder, sub))].map((name) =>
    readSource(folder, name),
  );
  return {
    files: reading.filter((each): each is SourceFile => 'bytes' in each),
    faults: [
      ...strangers.map((name) => misnamedFault(folder, name)),
      ...missing.map((name) =>
        wholeFile(
          join(folder, name),
          'is missing; copy the one that ships with Haltline and put your own ids in',
        ),
      ),
      ...reading.filter((each): each is Fault => 'advice' in each),
    ],
  };
}

/** SHA-256 over names and bytes in the order of the names; lengths keep one file from running into the next. */
export function hashOf(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { name, bytes } of files.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex');
}

function listFolder(folder: string, sub: string): string[] {
  const names = namesIn(join(folder, sub)) ?? [];
  return names.filter(isYaml).map((name) => `${sub}/${name}`);
}

function readSource(folder: string, name: string): SourceFile | Fault {
  const path = join(folder, name);
  if (!name.endsWith('.yml')) return wholeFile(path, 'is not read; rename it so that it ends in .yml');
  try {
    return { name, path, bytes: readFileSync(path) };
  } catch (cause) {
    return wholeFile(
      path,
      `cannot be read (${String(cause)}); make it readable for the user Haltline runs as`,
    );
  }
}

function misnamedFault(folder: string, name: string): Fault {
  const nearest = nearestWord(name, SINGLE_FILES);
  const known = SINGLE_FILES.join(', ');
  const advice =
    nearest === undefined
      ? `is not read; the files here are ${known}; move it into ${FOLDERS.join('/ or ')}/, or elsewhere`
      : `is not read; rename it to ${nearest}, or remove it`;
  return wholeFile(join(folder, name), advice);
}

/** Names in a folder without hidden ones and editors' backups; undefined where there is no such folder. */
function namesIn(folder: string): string[] | undefined {
  try {
    if (!statSync(folder).isDirectory()) return undefined;
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .toSorted();
  } catch {
    return undefined;
  }
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/iu.test(name);
}
