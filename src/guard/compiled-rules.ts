/**
 * The orders of one state, made ready for asking: an attempt is answered by a few look-ups, however many orders
 * there are. Says what `core/decide.ts` says; of several orders that refuse, it names the first.
 */
import type { Attempt, Halt, HaltScope } from '../core/halt-shapes.js';
import { UNKNOWN_CLASS } from '../core/unknown-class.js';

export type Ruling =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'deny' | 'hold'; readonly halt: Halt };

/** An attempt, and the agents that whoever makes it works for: an order for one of them covers it too. */
export interface Judged extends Attempt {
  readonly onBehalfOf?: readonly string[] | undefined;
  /** Orders of mode `hold` that a person has released it from, this once. */
  readonly releasedFrom?: ReadonlySet<string> | undefined;
  /** With it: the item and the claim that took the release up, `Q-7/<claim>`. */
  readonly release?: string | undefined;
}

export interface CompiledRules {
  ruling(attempt: Judged): Ruling;
  /** The same, if the rehearsals among them were none. */
  rehearsed(attempt: Judged): Ruling;
}

interface Rule {
  readonly halt: Halt;
  /** Its place among the orders: the lowest is named. */
  readonly place: number;
}

/** The first order of each mode for one limit. */
type Rules = Partial<Record<Halt['mode'], Rule>>;

/** Orders for one tool or class: for every agent, and within single ones. */
interface Named {
  readonly everywhere: Rules;
  readonly within: Map<string, Rules>;
}

interface Index {
  readonly all: Rules;
  readonly byAgent: Map<string, Rules>;
  readonly byTool: Map<string, Named>;
  readonly byClass: Map<string, Named>;
  readonly byAction: Map<string, Rules>;
}

const ALLOWED: Ruling = { verdict: 'allow' };
const known = new WeakMap<readonly Halt[], CompiledRules>();

/** Compiles once per list, for as long as that list is held. */
export function compiledRules(halts: readonly Halt[]): CompiledRules {
  const before = known.get(halts);
  if (before !== undefined) return before;
  const real = halts.filter(({ drill }) => drill !== true);
  const ruling = compile(real);
  const rules = { ruling, rehearsed: real.length === halts.length ? ruling : compile(halts) };
  known.set(halts, rules);
  return rules;
}

function compile(halts: readonly Halt[]): (attempt: Judged) => Ruling {
  if (halts.length === 0) return () => ALLOWED;
  const index: Index = {
    all: {},
    byAgent: new Map(),
    byTool: new Map(),
    byClass: new Map(),
    byAction: new Map(),
  };
  for (const [place, halt] of halts.entries()) placeFor(index, halt.scope)[halt.mode] ??= { halt, place };
  return (attempt) => {
    if (attempt.releasedFrom !== undefined) return released(halts, attempt, attempt.releasedFrom);
    if (attempt.onBehalfOf === undefined) return rulingOn(index, attempt);
    const agents = [attempt.agentId, ...attempt.onBehalfOf];
    return agents.map((agentId) => rulingOn(index, { ...attempt, agentId })).reduce(stricter);
  };
}

/** Rare enough to be compiled each time. */
function released(
  halts: readonly Halt[],
  { releasedFrom: _, ...attempt }: Judged,
  from: ReadonlySet<string>,
): Ruling {
  return compile(halts.filter(({ mode, id }) => mode !== 'hold' || !from.has(id)))(attempt);
}

function stricter(a: Ruling, b: Ruling): Ruling {
  return b.verdict === 'deny' && a.verdict !== 'deny' ? b : a.verdict === 'allow' ? b : a;
}

function placeFor(index: Index, scope: HaltScope): Rules {
  switch (scope.kind) {
    case 'all':
      return index.all;
    case 'agent':
      return entry(index.byAgent, scope.agentId, () => ({}));
    case 'tool':
      return namedPlace(index.byTool, scope.tool, scope.agentId);
    case 'class':
      return namedPlace(index.byClass, scope.actionClass, scope.agentId);
    case 'action':
      return entry(index.byAction, scope.actionId, () => ({}));
  }
}

function namedPlace(index: Map<string, Named>, name: string, agentId: string | undefined): Rules {
  const named = entry(index, name, () => ({ everywhere: {}, within: new Map() }));
  return agentId === undefined ? named.everywhere : entry(named.within, agentId, () => ({}));
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/** What an attempt has met so far. Written in place: this runs before every action. */
interface Met {
  denying: Rule | undefined;
  holding: Rule | undefined;
}

function rulingOn(index: Index, attempt: Attempt): Ruling {
  const met: Met = { denying: undefined, holding: undefined };
  meet(met, index.all, attempt);
  meet(met, index.byAgent.get(attempt.agentId), attempt);
  meetNamed(met, index.byTool.get(attempt.tool), attempt);
  // What nobody has classified may be of any class.
  if (attempt.actionClass === UNKNOWN_CLASS)
    for (const named of index.byClass.values()) meetNamed(met, named, attempt);
  else meetNamed(met, index.byClass.get(attempt.actionClass), attempt);
  meet(met, index.byAction.get(attempt.actionId), attempt);
  const { denying, holding } = met;
  if (denying !== undefined) return { verdict: 'deny', halt: denying.halt };
  return holding === undefined ? ALLOWED : { verdict: 'hold', halt: holding.halt };
}

function meetNamed(met: Met, named: Named | undefined, attempt: Attempt): void {
  if (named === undefined) return;
  meet(met, named.everywhere, attempt);
  meet(met, named.within.get(attempt.agentId), attempt);
}

function meet(met: Met, rules: Rules | undefined, { readOnly }: Attempt): void {
  if (rules === undefined) return;
  met.denying = first(met.denying, rules.deny);
  if (readOnly !== true) met.denying = first(met.denying, rules.degraded);
  met.holding = first(met.holding, rules.hold);
}

function first(a: Rule | undefined, b: Rule | undefined): Rule | undefined {
  return a === undefined || (b !== undefined && b.place < a.place) ? b : a;
}
