import { LineCounter, parseDocument, type Document, type ErrorCode, type YAMLError } from 'yaml';
import { wholeFile, type Fault } from './registry-error.js';

/** One YAML file with what is needed to point into it. */
export interface YamlFile {
  readonly path: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly data: unknown;
}

/** What a file held. `file` is undefined where its syntax is so broken that further complaints would mislead. */
export interface ParsedYaml {
  readonly file: YamlFile | undefined;
  readonly faults: readonly Fault[];
}

/** Parses one file; a key written twice is a fault, but what else is in the file is still looked at. */
export function parseYamlFile(path: string, bytes: Uint8Array): ParsedYaml {
  const text = decode(bytes);
  if (text === undefined)
    return { file: undefined, faults: [wholeFile(path, 'is not UTF-8 text; save it as UTF-8')] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const complaints = [...document.errors, ...document.warnings];
  const faults = complaints.map((complaint): Fault => {
    const unclosed = unclosedIn(text, complaint);
    const { line, col } = lines.linePos(unclosed?.at ?? complaint.pos[0]);
    const advice =
      unclosed?.advice ?? adviceFor(complaint.code, complaint.message, text.slice(complaint.pos[0]));
    return { file: path, line, column: col, advice };
  });
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { file: undefined, faults };
  return withData({ path, document, lines }, faults);
}

/** The parser notices a missing bracket lines later, as an indent: where it was opened is where to look. */
function unclosedIn(
  text: string,
  { code, message, pos: [noticedAt] }: Pick<YAMLError, 'code' | 'message' | 'pos'>,
): { readonly at: number; readonly advice: string } | undefined {
  const closing = code === 'BAD_INDENT' ? /^Flow .* end with a ([}\]])/u.exec(message)?.[1] : undefined;
  if (closing === undefined) return undefined;
  const opening = closing === '}' ? '{' : '[';
  const before = text.slice(0, noticedAt).replaceAll(/^ *#.*$/gmu, (comment) => ' '.repeat(comment.length));
  const at = before.lastIndexOf(opening);
  if (at === -1) return undefined;
  return { at, advice: `YAML: this ${opening} is not closed; write the ${closing} that belongs to it` };
}

function withData(parsed: Omit<YamlFile, 'data'>, faults: readonly Fault[]): ParsedYaml {
  try {
    const data: unknown = parsed.document.toJS();
    return { file: { ...parsed, data }, faults };
  } catch (cause) {
    // toJS throws for an alias without its anchor, and for aliases that multiply without end.
    const advice = `cannot be read (${String(cause)}); write the text out instead of the *alias`;
    return { file: undefined, faults: [...faults, wholeFile(parsed.path, advice)] };
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What to write instead, for the slips that people make; the rest keeps the parser's own words. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'indented differently from its neighbours; align it with the keys of the same list or block',
  BAD_SCALAR_START: 'text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " in one line; put the text in quotes, or on the lines below after ">-"',
  MULTIPLE_DOCS: 'a second document begins here; remove the "---" line',
  MULTILINE_IMPLICIT_KEY:
    'expected "key: value" in one line; add the colon, or put long text below after ">-"',
  TAB_AS_INDENT: 'indented with a tab; indent with spaces',
  TAG_RESOLVE_FAILED: 'tags (!…) are not used here; remove it, or put the text in quotes',
};

function adviceFor(code: ErrorCode, message: string, text: string): string {
  if (code === 'DUPLICATE_KEY')
    return `"${firstWord(text)}" is written twice in the same block; keep one of them`;
  return `YAML: ${ADVICE[code] ?? `${message}; correct it and start again`}`;
}

function firstWord(text: string): string {
  return text.split(/[:\s]/u, 1)[0] ?? text;
}
