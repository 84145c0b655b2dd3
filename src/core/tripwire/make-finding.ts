/** From what a rule has seen to the finding that goes out: mode, key, class and evidence are the same for all rules. */
import type { ActionRecord } from '../action-record.js';
import { declaredClass } from './authorisation.js';
import { WIRE_OF, type Finding, type FindingChart, type TripwireRule } from './finding.js';
import { startOfMinute } from './rollup.js';
import { parametersFor, type WireSettings } from './wire-settings.js';
import type { EpisodeRow } from './wires.js';

/** What a rule itself knows. */
export interface Tripped {
  readonly rule: TripwireRule;
  readonly episode: EpisodeRow;
  readonly tool: string | null;
  readonly nowMs: number;
  readonly sentence: string;
  /** The act that tripped it, or none. */
  readonly record: ActionRecord | null;
  /** What it is about; that of the act, or of the tool, where left out. */
  readonly actionClass?: string | null;
  readonly chart?: FindingChart;
  readonly evidence?: Evidence;
}

/** Newest last. */
export interface Evidence {
  readonly actionIds: readonly string[];
  readonly traceIds: readonly string[];
}

const MOST_IDS = 10;
const LONGEST_SUBJECT = 120;

export function makeFinding(settings: WireSettings, tripped: Tripped): Finding {
  const { rule, tool, record, nowMs, sentence, episode } = tripped;
  const evidence = tripped.evidence ?? (record === null ? NONE : evidenceOf([record]));
  return {
    tripwire: WIRE_OF[rule],
    rule,
    mode: parametersFor(settings, tool)[rule].mode,
    agentId: settings.agentId,
    tool,
    actionClass: tripped.actionClass === undefined ? classOf(settings, tripped) : tripped.actionClass,
    firedAtMs: nowMs,
    actionAtMs: record?.atMs ?? null,
    signalAtMs: record?.receivedAtMs ?? null,
    sentence,
    dedupKey: dedupKeyOf(settings.agentId, rule, episode),
    chart: tripped.chart ?? null,
    actionIds: evidence.actionIds,
    traceIds: evidence.traceIds,
  };
}

function classOf({ inventory }: WireSettings, { record, tool }: Tripped): string | null {
  if (record?.actionClass !== undefined && record.actionClass !== null) return record.actionClass;
  return tool === null || inventory === null ? null : (declaredClass(inventory, tool) ?? null);
}

/** The ids of the newest records, each once. */
export function evidenceOf(records: readonly Pick<ActionRecord, 'actionId' | 'traceId'>[]): Evidence {
  return {
    actionIds: newest(records.map(({ actionId }) => actionId)),
    traceIds: newest(records.map(({ traceId }) => traceId)),
  };
}

const NONE: Evidence = { actionIds: [], traceIds: [] };

function newest(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))].slice(-MOST_IDS);
}

/** Wire, rule, agent, what it is about and when it began: the same wherever and however often it is worked out. */
function dedupKeyOf(agentId: string, rule: TripwireRule, { subject, startedMinute }: EpisodeRow): string {
  const since = new Date(startOfMinute(startedMinute)).toISOString().slice(0, 16);
  const about = subject === '' ? [] : [shortened(subject)];
  return [WIRE_OF[rule], rule, shortened(agentId), ...about, `${since}Z`].join(':');
}

/** Long names are told apart by a checksum (FNV-1a), for a key has to fit. */
function shortened(name: string): string {
  if (name.length <= LONGEST_SUBJECT) return name;
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < name.length; index++)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01_00_01_93) >>> 0;
  return `${name.slice(0, LONGEST_SUBJECT - 9)}~${hash.toString(16).padStart(8, '0')}`;
}
