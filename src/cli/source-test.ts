import { readFileSync } from 'node:fs';
import { ZodError } from 'zod';
import { runbooksFromEnvironment } from '../config.js';
import { DomainError } from '../core/errors.js';
import type { TriedPost } from '../try-source.js';
import {
  requireArgument,
  textOption,
  textOptions,
  UsageError,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';

/** Standard input, as a file. */
const STDIN = 0;

/** `haltline source test FILE`: exit 1 where something in it cannot be read. */
export async function testSource(input: CliInput): Promise<CliResult> {
  const file = requireArgument(input, 1, 'the file with the body of a post');
  const bytes = bytesOf(file);
  if (bytes === undefined) return refusal([`${file} cannot be read: name a file, or - for standard input`]);
  const headers = headersOf(textOptions(input, 'header'));
  const now = new Date().toISOString();
  const { trySource } = await import('../try-source.js');
  try {
    const post = { bytes, headers, source: textOption(input, 'source'), now };
    const tried = trySource(runbooksFromEnvironment(), post);
    return {
      lines: linesOf(tried),
      json: tried,
      exitCode: tried.notes.some(({ unread }) => unread === true) ? 1 : 0,
    };
  } catch (error) {
    const faults = faultsOf(error);
    if (faults === undefined) throw error;
    return refusal(['It would be refused:', ...faults.map((each) => `  ${each}`)]);
  }
}

function refusal(lines: readonly string[]): CliResult {
  return { lines, json: { faults: lines }, exitCode: 1 };
}

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file === '-' ? STDIN : file);
  } catch {
    return undefined;
  }
}

function headersOf(written: readonly string[]): Record<string, string> {
  const headers = written.map((each) => {
    const at = each.indexOf(':');
    if (at < 1) throw new UsageError(`"${each}" is no header: write "NAME: VALUE"`);
    return [each.slice(0, at).trim().toLowerCase(), each.slice(at + 1).trim()] as const;
  });
  return Object.fromEntries(headers);
}

/** What the server would answer; undefined for a fault of our own. */
function faultsOf(error: unknown): readonly string[] | undefined {
  if (error instanceof DomainError) return [error.message];
  if (!(error instanceof ZodError)) return undefined;
  return error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'the body'}: ${message}`);
}

function linesOf({ source, tried, reports, handshake, notes }: TriedPost): string[] {
  const lines = tried.flatMap(alertLines);
  const news = reports.map(
    ({ pager, news: what, at, incident, dedupKeys }) =>
      `${pager} says ${what} at ${at}, about ${incident ?? `the alert ${dedupKeys.join(' or ')}`}`,
  );
  const asked = handshake ? ['It asks to have its subscription confirmed.'] : [];
  const all = [...lines, ...news, ...asked];
  return [
    `Read as ${source}:`,
    ...(all.length === 0 ? ['  nothing that would be taken'] : all.map((line) => `  ${line}`)),
    ...notes.map(({ dedupKey, note }) => `  NOTE ${dedupKey === null ? '' : `${dedupKey}: `}${note}`),
  ];
}

function alertLines({
  alert,
  isKnown,
  actionClass,
  rule,
  ignored,
  opens,
}: TriedPost['tried'][number]): string[] {
  const known = isKnown ? '' : ' (NOT in agents.yml)';
  return [
    `${alert.status}  ${alert.title}`,
    `  agent      ${alert.agentId === null ? 'none: treated as the worst case' : `${alert.agentId}${known}`}`,
    `  tool       ${alert.tool ?? 'none'}   class ${actionClass ?? 'none'}   tripwire ${alert.tripwire ?? 'none'}`,
    `  began      ${alert.startsAt}   acted ${alert.actionAt ?? 'unknown'}   signal ${alert.signalAt ?? 'unknown'}`,
    `  dedup key  ${alert.dedupKey}`,
    ...(rule === null ? [] : [`  mapped by  rule ${rule} of this source in sources.yml`]),
    `  then       ${fateOf({ alert, ignored, opens })}`,
  ];
}

function fateOf({
  alert,
  ignored,
  opens,
}: Pick<TriedPost['tried'][number], 'alert' | 'ignored' | 'opens'>): string {
  if (ignored === 'by-rule') return 'left out by that rule';
  if (ignored === 'unknown-agent') return 'left out: this source takes only agents of agents.yml';
  if (opens === null) return `ends that episode, if ${alert.dedupKey} was firing`;
  return `joins the open incident of that agent, or opens one as ${opens.severity} and pages ${opens.pages.join(', then ')}`;
}
