/**
 * Coding agents that tell of what they do in log records with names of their own: these alone say what was spent and done.
 * Their spans tell of the same requests and tools, so they are steps and count nothing; their metrics are not taken.
 */
import { SLOT } from './attribute-names.js';
import { CLAUDE_CODE } from './claude-code-event.js';
import { CODEX } from './codex-event.js';
import { GEMINI_CLI } from './gemini-cli-event.js';
import type { OwnEvent, ReadOwnEvent } from './own-event.js';
import type { DecodedLog, DecodedSpan, Prices } from './types.js';

const READERS: ReadonlyMap<string, ReadOwnEvent> = new Map([...CLAUDE_CODE, ...CODEX, ...GEMINI_CLI]);

/** null for every other log record, and for events in which nothing was done. */
export function codingAgentEvent(log: DecodedLog, prices: Prices): OwnEvent | null {
  for (const told of namesOf(log)) {
    const read = READERS.get(told);
    if (read !== undefined) return read(log.slots, prices);
  }
  return null;
}

/** Of Claude Code no words are kept: clients/gateways/README.md says so. */
const WORDS_ARE_KEPT = ['codex.', 'gemini_cli.', 'qwen-code.'];

/** Is it a log record of one of those whose prompts and answers are content as a span's are? */
export function mayHaveWords(log: DecodedLog): boolean {
  return namesOf(log).some((told) => WORDS_ARE_KEPT.some((start) => told.startsWith(start)));
}

/** In full it is the name, the body or an attribute, which may be short, or another vendor's too. */
function namesOf({ name, body, slots }: DecodedLog): readonly string[] {
  return [name, body, slots[SLOT.eventName]].filter((told) => typeof told === 'string');
}

const NAMES_OF_SPANS = ['claude_code.', 'qwen-code.'];
/** Its spans have the names of the conventions; by this one it is known. */
const GEMINI_CLI_AGENT = 'gemini-cli';

/** Is it a span of one of them? Codex' own have nothing that we read. */
export function isOfCodingAgent({ name, slots }: DecodedSpan): boolean {
  return NAMES_OF_SPANS.some((start) => name.startsWith(start)) || slots[SLOT.agentName] === GEMINI_CLI_AGENT;
}
