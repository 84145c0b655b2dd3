/** The names that we read, by their bytes; and texts that come again and again, decoded once. */
import { FLAT_PREFIXES, KNOWN_NAMES, SLOT, type KnownName, type Meaning } from './attribute-names.js';
import { bytesOf, NameTable, startsWith } from './name-table.js';

/** A known name, and the last text it had where texts repeat. */
export interface NameEntry extends KnownName {
  readonly bytes: Uint8Array;
  readonly repeats: boolean;
  lastBytes: Uint8Array;
  lastText: string;
}

/** Few values, many spans: a model, a tool. */
const REPEATING: ReadonlySet<number> = new Set(
  (
    [
      'operation',
      'vendorKind',
      'agentId',
      'agentName',
      'serviceName',
      'provider',
      'requestModel',
      'responseModel',
      'currency',
      'toolName',
      'mcpMethod',
      'mcpServer',
      'httpMethod',
      'urlTemplate',
      'host',
      'errorType',
      'actionClass',
      'artifactVisibility',
      'ownModel',
      'ownTool',
    ] satisfies Meaning[]
  ).map((meaning) => SLOT[meaning]),
);

const NO_BYTES = new Uint8Array(0);
const LONGEST_REPEATED_TEXT = 64;
const table = new NameTable<NameEntry>(
  KNOWN_NAMES.map((known) => ({
    ...known,
    bytes: bytesOf(known.name),
    repeats: REPEATING.has(known.slot),
    lastBytes: NO_BYTES,
    lastText: '',
  })),
);
const flatPrefixes = FLAT_PREFIXES.map(bytesOf);
/** `gen_ai.prompt.0.role`: names that are shorter are none. */
const SHORTEST_FLAT = 18;

/** Which known name stands in `buffer` from `start` to `end`? */
export function nameIn(buffer: Uint8Array, start: number, end: number): NameEntry | null {
  return table.find(buffer, start, end);
}

/** Is it a part of a flattened message? */
export function isFlatName(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < SHORTEST_FLAT) return false;
  for (const prefix of flatPrefixes) {
    if (startsWith(buffer, start, prefix)) return true;
  }
  return false;
}

/** A stretch of bytes, as UTF-8. What is not UTF-8 becomes U+FFFD: a cut character costs no span. */
export interface Stretch {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The text of an attribute; where the name's last text was the same, that one. */
export function textFor(entry: NameEntry | null, { buffer, start, end }: Stretch): string {
  const size = end - start;
  if (entry === null || !entry.repeats || size > LONGEST_REPEATED_TEXT)
    return buffer.toString('utf8', start, end);
  if (size !== entry.lastBytes.length || !startsWith(buffer, start, entry.lastBytes)) {
    entry.lastText = buffer.toString('utf8', start, end);
    entry.lastBytes = Uint8Array.prototype.slice.call(buffer, start, end);
  }
  return entry.lastText;
}
