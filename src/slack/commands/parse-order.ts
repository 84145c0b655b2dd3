/** What follows `/halt`: a scope in a few words, and why. */
import { DomainError } from '../../core/errors.js';
import type { HaltScope } from '../../core/halt.js';

export interface WrittenOrder {
  readonly scope: HaltScope;
  readonly reason: string;
}

export const NO_REASON = 'no reason given';

/** The first words of an order, as usage shows them. */
export const SCOPE_USAGE = {
  all: 'all [reason]',
  agent: 'agent <agent id> [reason]',
  tool: 'tool <tool name> [in <agent id>] [reason]',
  class: 'class <action class> [in <agent id>] [reason]',
  action: 'action <action id> [reason]',
} as const;
export type ScopeWord = keyof typeof SCOPE_USAGE;

export function isScopeWord(word: string): word is ScopeWord {
  return Object.hasOwn(SCOPE_USAGE, word);
}

/** `tool stripe.refund in billing-agent refunds go out twice`. `isAgent` decides whether `in …` names one. */
export function parseOrder(kind: ScopeWord, rest: string, isAgent: (word: string) => boolean): WrittenOrder {
  if (kind === 'all') return { scope: { kind }, reason: rest || NO_REASON };
  const [first = '', ...words] = rest.split(/\s+/);
  const name = bare(first);
  if (name === '')
    throw new DomainError('invalid-input', `Something is missing: \`/halt ${SCOPE_USAGE[kind]}\``);
  if (kind === 'agent') return { scope: { kind, agentId: name }, reason: words.join(' ') || NO_REASON };
  if (kind === 'action') return { scope: { kind, actionId: name }, reason: words.join(' ') || NO_REASON };
  const [preposition, within, ...after] = words;
  const agentId = bare(within ?? '');
  // "in production" is a reason, and without an agent the order is wider: never narrower than was meant.
  const narrowed = preposition?.toLowerCase() === 'in' && isAgent(agentId);
  const limit = narrowed ? { agentId } : {};
  const reason = (narrowed ? after : words).join(' ') || NO_REASON;
  return kind === 'tool'
    ? { scope: { kind, tool: name, ...limit }, reason }
    : { scope: { kind, actionClass: name, ...limit }, reason };
}

/** Without what Slack makes of a name with dots in it, and without quotes that people put around names. */
function bare(word: string): string {
  const linked = /^<https?:\/\/[^|>]*\|([^>]*)>$/.exec(word)?.[1] ?? word;
  return linked.replaceAll(/^["'`“”‘’]+|["'`“”‘’]+$/g, '');
}
