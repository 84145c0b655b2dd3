/** The tokens that one inference used, whatever they are called and whoever adds them up. */
import { SLOT } from './attribute-names.js';
import { amountOf, countOf, objectOf } from './slot-values.js';
import type { Slots, Value } from './types.js';

/** null where the span does not say. Input includes what was read from and written to caches. */
export interface Usage {
  readonly input: number | null;
  readonly output: number | null;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

type Details = Readonly<Record<string, Value>>;

const INPUT = ['input', 'input_tokens', 'prompt_tokens', 'inputTokens'];
const OUTPUT = ['output', 'output_tokens', 'completion_tokens', 'outputTokens'];
const CACHE_READ = [
  'cache_read_input_tokens',
  'input_cached_tokens',
  'input_cache_read',
  'cache_read',
  'cachedContentTokens',
];
const CACHE_WRITE = ['cache_creation_input_tokens', 'input_cache_creation', 'cache_creation', 'cache_write'];
const TOTAL = ['total', 'total_tokens', 'totalTokens'];

export function usageOf(slots: Slots): Usage {
  const details = detailsOf(slots);
  const count = (slot: number, names: readonly string[]): number | null =>
    countOf(slots[slot] ?? (details === null ? undefined : firstOf(details, names)));
  const input = count(SLOT.inputTokens, INPUT);
  const output = count(SLOT.outputTokens, OUTPUT);
  const cacheRead = count(SLOT.cacheReadTokens, CACHE_READ) ?? 0;
  const cacheWrite = count(SLOT.cacheWriteTokens, CACHE_WRITE) ?? 0;
  const inCache = cacheRead + cacheWrite;
  if (input === null || inCache === 0) return { input, output, cacheRead, cacheWrite };
  const total = count(SLOT.totalTokens, TOTAL);
  const isApart =
    input < inCache ||
    (total === null ? isByLangfuse(slots, details) : total - (output ?? 0) === input + inCache);
  return { input: isApart ? input + inCache : input, output, cacheRead, cacheWrite };
}

/**
 * Most say how many tokens went in altogether, and how many of these a cache served. Some (Bedrock, Langfuse) say apart what
 * no cache served: a sum cannot be less than its parts, and where there is a total, it tells. Langfuse adds its parts up.
 */
function isByLangfuse(slots: Slots, details: Details | null): boolean {
  return slots[SLOT.inputTokens] === undefined && details?.['input'] !== undefined;
}

/** A JSON object with tokens in it: an attribute, or with Genkit a part of what came out of the model. */
function detailsOf(slots: Slots): Details | null {
  const details = slots[SLOT.usageDetails];
  if (details !== undefined) return objectOf(details);
  return slots[SLOT.vendorKind] === GENKIT_MODEL ? genkitUsage(objectOf(slots[SLOT.plainOutput])) : null;
}

export const GENKIT_MODEL = 'model';

/** What a model of Google's thought is in its total only. */
function genkitUsage(output: Details | null): Details | null {
  const usage = objectOf(output?.['usage']);
  const total = amountOf(usage?.['totalTokens']);
  const input = amountOf(usage?.['inputTokens']);
  return total === null || input === null ? usage : { ...usage, outputTokens: total - input };
}

function firstOf(details: Details, names: readonly string[]): Value | undefined {
  return names.map((name) => details[name]).find((value) => value !== undefined);
}
