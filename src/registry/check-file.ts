import { z } from 'zod';
import { isWritten, locate, type Path } from './locate.js';
import { nearestWord } from './nearest-word.js';
import { found, hint, wanted } from './issue-wording.js';
import type { Fault } from './registry-error.js';
import type { YamlFile } from './yaml-file.js';

/** The value of a file that is as its schema says, or every reason why not. */
export type Checked<T> =
  | { readonly value: T; readonly faults: readonly [] }
  | { readonly value: undefined; readonly faults: Fault[] };

/** Holds a file against its schema and turns each complaint into a place and an advice. */
export function checkFile<S extends z.ZodType>(file: YamlFile, schema: S): Checked<z.output<S>> {
  const result = schema.safeParse(file.data);
  if (result.success) return { value: result.data, faults: [] };
  const { issues } = result.error;
  const unknown = issues.flatMap((issue) => unknownKeys(schema, issue));
  const meant = new Set(unknown.flatMap(({ path, nearest }) => (nearest ? [join(path, nearest)] : [])));
  return {
    value: undefined,
    faults: [
      ...unknown.map((key) => unknownKeyFault(file, key)),
      // A misspelt key is one mistake: that the right one is missing goes without saying.
      ...issues
        .filter(({ code, path }) => code !== 'unrecognized_keys' && !meant.has(path.join(' ')))
        .map((issue) => faultOf(file, issue)),
    ],
  };
}

interface UnknownKey {
  readonly path: Path;
  readonly key: string;
  readonly known: readonly string[];
  readonly nearest: string | undefined;
}

function unknownKeys(schema: z.ZodType, issue: z.core.$ZodIssue): UnknownKey[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = keysAt(schema, issue.path);
  return issue.keys.map((key) => ({ path: issue.path, key, known, nearest: nearestWord(key, known) }));
}

function unknownKeyFault(file: YamlFile, { path, key, known, nearest }: UnknownKey): Fault {
  const advice =
    nearest === undefined
      ? `"${key}" is not a key here; write one of ${known.join(', ')}, or remove it`
      : `"${key}" is not a key here; write "${nearest}"`;
  return faultAt(file, { path: [...path, key], part: 'key', advice });
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const [segment, ...rest] = path;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.out, path);
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (segment === undefined) return Object.keys(schema.shape);
  const child: unknown = schema.shape[String(segment)];
  return child instanceof z.ZodType ? keysAt(child, rest) : [];
}

function faultOf(file: YamlFile, issue: z.core.$ZodIssue): Fault {
  const { path } = issue;
  const name = lastName(path);
  if (path.length === 0) return faultAt(file, { path, advice: `${found(file.data)}; ${wanted(issue)}` });
  if (issue.code === 'invalid_key') {
    const first = issue.issues[0]?.message ?? 'choose another key';
    return faultAt(file, { path, part: 'key', advice: `"${String(path.at(-1))}" as a key; ${first}` });
  }
  if (!isWritten(file, path))
    return faultAt(file, { path, advice: `${name} is missing here; ${wanted(issue)}` });
  const value = valueAt(file.data, path);
  return faultAt(file, { path, advice: `${name}: ${found(value)}; ${wanted(issue)}${hint(issue, value)}` });
}

/** A fault at a path of the file, for checks that look across files. */
export function faultAt(
  file: YamlFile,
  fault: { readonly path: Path; readonly part?: 'key' | 'value'; readonly advice: string },
): Fault {
  const { line, column } = locate(file, fault.path, fault.part);
  return { file: file.path, line, column, advice: fault.advice };
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, segment) : undefined,
    data,
  );
}

/** The last key of a path, with the place in its list: `owners[1]`. */
function lastName(path: Path): string {
  const last = path.at(-1);
  return typeof last === 'number' ? `${String(path.at(-2) ?? '')}[${last}]` : String(last);
}

function join(path: Path, key: string): string {
  return [...path, key].join(' ');
}
