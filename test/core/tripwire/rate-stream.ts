/** Random streams of records and clocks, told to the wires and to the oracle alike. */
import fc from 'fast-check';
import type { ActionRecord } from '../../../src/core/action-record.js';
import { createAgentWires } from '../../../src/core/tripwire/agent-wires.js';
import type { Finding } from '../../../src/core/tripwire/finding.js';
import type { WireRegistry } from '../../../src/core/tripwire/parameters.js';
import { rollupsOf, type EndpointUse, type MinuteRollup } from '../../../src/core/tripwire/rollup.js';
import { wireSettings } from '../../../src/core/tripwire/wire-settings.js';
import type { AgentWires, EpisodeRow } from '../../../src/core/tripwire/wires.js';
import { AGENT, MINUTE } from '../../support/action-records.js';
import type { OracleFinding, RateOracle } from './rate-oracle.js';

export type Step =
  | { readonly kind: 'record'; readonly agoMinutes: number; readonly amount: number }
  | { readonly kind: 'clock'; readonly minutes: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'incident'; readonly agoMinutes: number; readonly minutes: number };

const WEEK = 10_080;

/** Where windows and weeks begin and end, a little before and after. */
const edges = fc
  .tuple(fc.constantFrom(60, 65, 119, 10_080, 10_140, 10_145, 10_199), fc.integer({ min: -2, max: 2 }))
  .map(([edge, off]) => edge + off);

/** Mostly of the last hours, some of the week, some of the future; amounts few and small, so that limits are met exactly. */
const records = fc.record({
  kind: fc.constant('record' as const),
  agoMinutes: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 8 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 }) },
    { weight: 2, arbitrary: edges },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: WEEK + 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 0 }) },
  ),
  amount: fc.integer({ min: 0, max: 6 }),
});

/** A minute, some, a night; and backwards, or far ahead. */
const clocks = fc.record({
  kind: fc.constant('clock' as const),
  minutes: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 3, arbitrary: fc.integer({ min: 4, max: 90 }) },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 3000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -900, max: -1 }) },
  ),
});

const incidents = fc.record({
  kind: fc.constant('incident' as const),
  agoMinutes: fc.integer({ min: 60, max: WEEK }),
  minutes: fc.integer({ min: 1, max: 600 }),
});

export const history = fc.array(
  fc.record({
    agoMinutes: fc.oneof(fc.integer({ min: 0, max: WEEK + 200 }), edges, edges),
    amount: fc.integer({ min: 0, max: 6 }),
  }),
  { maxLength: 25 },
);

export const streams = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: records },
    { weight: 5, arbitrary: clocks },
    { weight: 1, arbitrary: incidents },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  ),
  { maxLength: 40 },
);

/** The wires with what would be stored of them, so that they can be killed and rebuilt. */
export class Desk {
  readonly #registry: WireRegistry;
  readonly #minutes: MinuteRollup[] = [];
  readonly #endpoints: EndpointUse[] = [];
  readonly #episodes = new Map<string, EpisodeRow>();
  readonly #periods: { fromMs: number; toMs: number }[] = [];
  #wires: AgentWires;

  constructor(registry: WireRegistry, nowMs: number) {
    this.#registry = registry;
    this.#wires = createAgentWires(wireSettings(registry, AGENT), { nowMs });
  }

  observe(record: ActionRecord, nowMs: number): readonly Finding[] {
    const { minutes, endpoint } = rollupsOf(record, wireSettings(this.#registry, AGENT).watchedTools);
    this.#minutes.push(...minutes);
    if (endpoint !== null) this.#endpoints.push(endpoint);
    return this.#stored(this.#wires.observe(record, nowMs));
  }

  advance(nowMs: number): readonly Finding[] {
    return this.#stored(this.#wires.advance(nowMs));
  }

  restart(nowMs: number): void {
    this.#wires = createAgentWires(wireSettings(this.#registry, AGENT), {
      nowMs,
      minutes: this.#minutes.toReversed(),
      endpoints: this.#endpoints,
      episodes: this.#episodes.values(),
    });
    this.#wires.exclude(this.#periods);
  }

  exclude(fromMs: number, toMs: number): void {
    this.#periods.push({ fromMs, toMs });
    this.#wires.exclude(this.#periods);
  }

  #stored(findings: readonly Finding[]): readonly Finding[] {
    for (const row of this.#wires.takeChangedEpisodes())
      this.#episodes.set(`${row.rule} ${row.subject}`, row);
    return findings;
  }
}

export interface Run {
  readonly desk: Desk;
  readonly oracle: RateOracle;
  readonly rules: ReadonlySet<string>;
  /** What is told of one step: each entry is one event for the oracle, and the records that tell of it. */
  readonly makeEvents: MakeEvents;
}

export type MakeEvents = (
  amount: number,
  times: { readonly atMs: number; readonly receivedAtMs: number },
) => readonly { readonly amount: number; readonly records: readonly ActionRecord[] }[];

/** Tells both the same, step by step, and gives what each of them said at each step. */
export function tellBoth(
  { desk, oracle, rules, makeEvents }: Run,
  startMinute: number,
  steps: readonly Step[],
) {
  const said: { wires: readonly Finding[]; oracle: readonly OracleFinding[] }[] = [];
  let now = startMinute;
  let isStale = true;
  const tick = (): { wires: readonly Finding[]; oracle: readonly OracleFinding[] } => {
    const wires = desk.advance(now * MINUTE).filter(({ rule }) => rules.has(rule));
    return { wires, oracle: oracle.judgeAll(now) };
  };
  for (const step of steps) {
    if (isStale) said.push(tick());
    isStale = false;
    if (step.kind === 'clock') {
      now += step.minutes;
      isStale = true;
    } else if (step.kind === 'restart') {
      desk.restart(now * MINUTE);
      isStale = true;
    } else if (step.kind === 'incident') {
      const from = now - step.agoMinutes;
      desk.exclude(from * MINUTE, (from + step.minutes) * MINUTE);
      oracle.excluded = [...oracle.excluded, { from, to: from + step.minutes - 1 }];
      now++;
      isStale = true;
    } else {
      const minute = Math.min(now, now - step.agoMinutes);
      const times = { atMs: (now - step.agoMinutes) * MINUTE, receivedAtMs: now * MINUTE };
      for (const { amount, records: told } of makeEvents(step.amount, times)) {
        const event = { minute, amount };
        oracle.events.push(event);
        const wires = told.flatMap((record) => desk.observe(record, now * MINUTE));
        said.push({
          wires: wires.filter(({ rule }) => rules.has(rule)),
          oracle: oracle.judgeFor(event, now),
        });
      }
      // What changes the past by more than an hour is heeded from the next minute on.
      if (minute <= now - 60) {
        now++;
        isStale = true;
      }
    }
  }
  return said;
}
