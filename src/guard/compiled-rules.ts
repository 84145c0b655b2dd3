/**
 * The orders of one state, made ready for asking: an attempt is answered by a few look-ups, however many orders
 * there are. Says what `core/decide.ts` says; of several orders that refuse, it names the first.
 */
import type { Attempt, Halt, HaltScope } from '../core/halt.js';
import { UNKNOWN_CLASS } from '../core/unknown-class.js';

export type Ruling =
  { readonly verdict: 'allow' } | { readonly verdict: 'deny' | 'hold'; readonly halt: Halt };

/** An attempt, and the agents that whoever makes it works for: an order for one of them covers it too. */
export interface Judged extends Attempt {
  readonly onBehalfOf?: readonly string[];
  /** Orders of mode `hold` that a person has released it from, this once. */
  readonly releasedFrom?: ReadonlySet<string>;
}

export interface CompiledRules {
  ruling(attempt: Judged): Ruling;
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
  const rules = compile(halts.filter(({ drill }) => drill !== true));
  known.set(halts, rules);
  return rules;
}

function compile(halts: readonly Halt[]): CompiledRules {
  if (halts.length === 0) return { ruling: () => ALLOWED };
  const index: Index = {
    all: {},
    byAgent: new Map(),
    byTool: new Map(),
    byClass: new Map(),
    byAction: new Map(),
  };
  for (const [place, halt] of halts.entries()) placeFor(index, halt.scope)[halt.mode] ??= { halt, place };
  const own = (attempt: Attempt): Ruling => rulingOf(covering(index, attempt), attempt.readOnly === true);
  return {
    ruling(attempt) {
      if (attempt.releasedFrom !== undefined) return released(halts, attempt, attempt.releasedFrom);
      if (attempt.onBehalfOf === undefined) return own(attempt);
      const agents = [attempt.agentId, ...attempt.onBehalfOf];
      return agents.map((agentId) => own({ ...attempt, agentId })).reduce(stricter);
    },
  };
}

/** Rare enough to be compiled each time. */
function released(
  halts: readonly Halt[],
  { releasedFrom: _, ...attempt }: Judged,
  from: ReadonlySet<string>,
): Ruling {
  return compile(halts.filter(({ mode, id }) => mode !== 'hold' || !from.has(id))).ruling(attempt);
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

function covering({ all, byAgent, byTool, byClass, byAction }: Index, attempt: Attempt) {
  const tool = byTool.get(attempt.tool);
  return [
    all,
    byAgent.get(attempt.agentId),
    tool?.everywhere,
    tool?.within.get(attempt.agentId),
    ...classesOf(byClass, attempt).flatMap(({ everywhere, within }) => [
      everywhere,
      within.get(attempt.agentId),
    ]),
    byAction.get(attempt.actionId),
  ];
}

/** What nobody has classified may be of any class. */
function classesOf(byClass: Map<string, Named>, { actionClass }: Attempt): readonly Named[] {
  if (actionClass === UNKNOWN_CLASS) return [...byClass.values()];
  const named = byClass.get(actionClass);
  return named === undefined ? [] : [named];
}

function rulingOf(places: readonly (Rules | undefined)[], readOnly: boolean): Ruling {
  let denying: Rule | undefined;
  let holding: Rule | undefined;
  for (const rules of places) {
    if (rules === undefined) continue;
    denying = first(denying, rules.deny);
    if (!readOnly) denying = first(denying, rules.degraded);
    holding = first(holding, rules.hold);
  }
  if (denying !== undefined) return { verdict: 'deny', halt: denying.halt };
  return holding === undefined ? ALLOWED : { verdict: 'hold', halt: holding.halt };
}

function first(a: Rule | undefined, b: Rule | undefined): Rule | undefined {
  return a === undefined || (b !== undefined && b.place < a.place) ? b : a;
}
