/** The wires that one act alone can trip: what it used, how it was reviewed, what nobody knows of its cost. */
import type { ActionRecord } from '../action-record.js';
import { Endpoints, learnedFrom } from './action-rate.js';
import { undeclaredSentence, undeclaredUse, unknownAgent } from './authorisation.js';
import { unknownCost } from './cost-rate.js';
import { MANY, MOST_SUBJECTS, type Episodes } from './episodes.js';
import type { Finding, TripwireRule } from './finding.js';
import { makeFinding } from './make-finding.js';
import { brokenReviews } from './outcome.js';
import type { Moment } from './rate-wires.js';
import type { EndpointUse } from './rollup.js';
import type { SeriesSet } from './series-set.js';
import { parametersFor, type WireSettings } from './wire-settings.js';
import { dayAndClock, named } from './wording.js';

/** A rule that an act has met: what it is about, and what there is to say. */
interface Met {
  readonly rule: TripwireRule;
  readonly subject: string;
  readonly sentence: string;
}

interface Parts {
  readonly settings: WireSettings;
  readonly series: SeriesSet;
  readonly episodes: Episodes;
}

export class ActWires {
  readonly #settings: WireSettings;
  readonly #series: SeriesSet;
  readonly #episodes: Episodes;
  readonly #endpoints: Endpoints;

  constructor({ settings, series, episodes }: Parts, endpoints: Iterable<EndpointUse> = []) {
    this.#settings = settings;
    this.#series = series;
    this.#episodes = episodes;
    this.#endpoints = new Endpoints(endpoints);
  }

  observe(record: ActionRecord, counted: number, moment: Moment): readonly Finding[] {
    const met = this.#met(record, counted);
    return met.length === 0 ? NONE : met.flatMap((each) => this.tell(each, record, moment));
  }

  /** The minute from which on new endpoints (of a tool) are news; null where the agent has not acted for 7 days. */
  learnedFrom(minute: number, tool: string | null): number | null {
    const { learningHours } = parametersFor(this.#settings, tool)['new-endpoint'];
    return learnedFrom([this.#series.of('checks'), this.#series.of('spans')], minute, learningHours);
  }

  /** The finding of a rule that was met, unless its episode has been told of. */
  tell({ rule, subject, sentence }: Met, record: ActionRecord, { minute, nowMs }: Moment): Finding[] {
    const tool = rule === 'unknown-agent' ? null : record.tool;
    const { mode } = parametersFor(this.#settings, tool)[rule];
    const episode = this.#episodes.meet({ rule, subject, mode }, minute);
    if (episode === null) return [];
    const said = episode.subject === MANY ? `${sentence} ${TOO_MANY}` : sentence;
    return [makeFinding(this.#settings, { rule, episode, tool, nowMs, sentence: said, record })];
  }

  #met(record: ActionRecord, counted: number): readonly Met[] {
    const met: Met[] = [];
    const unknown = unknownAgent(record, this.#settings);
    if (unknown !== null) met.push({ ...unknown, subject: '' });
    if (record.kind === 'tool') this.#metByTool(record, counted, met);
    if (record.customerVisible) {
      const parameters = parametersFor(this.#settings, record.tool);
      met.push(...brokenReviews(record, parameters).map((each) => ({ ...each, subject: record.tool ?? '' })));
    }
    const cost = unknownCost(record);
    if (cost !== null) met.push({ rule: 'cost-unknown', subject: record.cost?.model ?? '', sentence: cost });
    return met;
  }

  #metByTool(record: ActionRecord, counted: number, met: Met[]): void {
    const name = undeclaredUse(record, this.#settings);
    if (name !== null)
      met.push({
        rule: 'undeclared-tool',
        subject: name,
        sentence: undeclaredSentence(record, name, this.#settings),
      });
    const { endpoint } = record;
    if (endpoint === null) return;
    const { isNew, lastMinute } = this.#endpoints.use(endpoint, counted);
    if (!isNew || counted < (this.learnedFrom(counted, record.tool) ?? Infinity)) return;
    const before =
      lastMinute === null ? 'it is not known to have used it before' : `last on ${dayAndClock(lastMinute)}`;
    const sentence = `${named(this.#settings.agentId)} used ${named(endpoint)}, which it had not used in the 7 days before (${before}, UTC).`;
    met.push({ rule: 'new-endpoint', subject: endpoint, sentence });
  }
}

const NONE: readonly Finding[] = [];
const TOO_MANY = `More than ${MOST_SUBJECTS} at once: further ones are not told one by one.`;
