/** A replay for people: when each alert would have fired, beside what did. */
import type { Lead, ToldAlert, ToldFinding, ToldReplay } from '../core/tripwire/told-replay.js';

const LOOKED_BACK_MS = 7 * 86_400_000;

export function replayLines(told: ToldReplay, what: string): string[] {
  return [
    ...about(told, what),
    '',
    ...told.alerts.flatMap(alertLines),
    ...(told.fired > told.alerts.length ? [`… and ${told.fired - told.alerts.length} more.`, ''] : []),
    ...goneLines(told.gone),
    ...(told.lead === null || isUnknown(told) ? [] : [...leadLines(told.lead), '']),
    conclusion(told),
  ];
}

function about({ from, to, agent, incident, telemetry }: ToldReplay, what: string): string[] {
  const { records, learned, agents, arrivedAfterwards, oldest } = telemetry;
  const whose = agent ?? `${agents} ${agents === 1 ? 'agent' : 'agents'}`;
  const lines = [
    `Replayed ${what}${incident === null ? '' : ` for ${incident}`}: ${whose}, ${shown(from)} to ${shown(to)}.`,
    `${counted(records, 'record')} in that time, ${counted(learned, 'record')} before it for what was usual.`,
  ];
  if (oldest === null || records + learned === 0)
    lines.push(
      agent === null
        ? 'NOTE no telemetry is stored of that: nothing can be said.'
        : `NOTE no telemetry is stored of that (is ${agent} its name?): nothing can be said.`,
    );
  else if (oldest > from)
    lines.push(`NOTE telemetry begins at ${shown(oldest)}: nothing is known of before.`);
  else if (Date.parse(oldest) > Date.parse(from) - LOOKED_BACK_MS)
    lines.push(
      `NOTE telemetry begins at ${shown(oldest)}, less than the 7 days before that the wires look back: what was usual may have been another.`,
    );
  if (arrivedAfterwards > 0)
    lines.push(
      `NOTE ${counted(arrivedAfterwards, 'record')} arrived more than an hour after the act: replayed as if on time.`,
    );
  return lines;
}

function alertLines(alert: ToldAlert): string[] {
  return [
    `${shown(alert.firedAt)}  ${alert.rule}  ${alert.agentId}  (${alert.mode})  ${comparison(alert)}`,
    `    ${alert.sentence}`,
    ...ids(alert),
    '',
  ];
}

function comparison({ didFireAt, earlierBySeconds }: ToldAlert): string {
  if (didFireAt === null || earlierBySeconds === null) return 'NEW: nothing fired then';
  if (Math.abs(earlierBySeconds) < 60) return 'as it did';
  const by = span(Math.abs(earlierBySeconds));
  return `${by} ${earlierBySeconds > 0 ? 'EARLIER' : 'LATER'} than it did (${shown(didFireAt)})`;
}

function ids({ actionIds, traceIds }: ToldFinding): string[] {
  const all = [
    ...(actionIds.length === 0 ? [] : [`actions ${actionIds.join(', ')}`]),
    ...(traceIds.length === 0 ? [] : [`traces ${traceIds.join(', ')}`]),
  ];
  return all.length === 0 ? [] : [`    ${all.join('; ')}`];
}

function goneLines(gone: readonly ToldFinding[]): string[] {
  if (gone.length === 0) return [];
  const lines = gone.map(
    ({ firedAt, rule, agentId, mode, sentence }) =>
      `  ${shown(firedAt)}  ${rule}  ${agentId}  (${mode})  ${sentence}`,
  );
  return ['Did fire, and would not have:', ...lines, ''];
}

function leadLines({ first, pagedAt, acknowledgedAt }: Lead): string[] {
  if (first === null) return ['None of these would have told of the incident.'];
  return [
    `The first that tells of the incident: ${first.rule} at ${shown(first.firedAt)},`,
    `  ${against(first.beforePageSeconds, 'the first page', pagedAt)},`,
    `  ${against(first.beforeAcknowledgementSeconds, 'the acknowledgement', acknowledgedAt)}.`,
  ];
}

function against(seconds: number | null, what: string, at: string | null): string {
  if (seconds === null || at === null) return `${what}: none is recorded`;
  return `${span(Math.abs(seconds))} ${seconds >= 0 ? 'before' : 'AFTER'} ${what} (${shown(at)})`;
}

/** Then nothing is said of what would have been, either way. */
function isUnknown({ fired, telemetry }: ToldReplay): boolean {
  return telemetry.records === 0 && fired === 0;
}

function conclusion(told: ToldReplay): string {
  if (isUnknown(told)) return 'Unknown: without telemetry it is neither fired nor silent.';
  const { fired, alerts, gone } = told;
  const isNew = alerts.filter(({ didFireAt }) => didFireAt === null).length;
  return `${counted(fired, 'alert')} would have fired: ${alerts.length - isNew} that did fire, ${isNew} new. ${gone.length} that did fire would not have.`;
}

/** `2026-11-20 03:12:04Z`: UTC, as everywhere. */
function shown(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')}Z`;
}

function counted(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `25 min`, `3 h 12 min`, `2 d 4 h`; seconds below two minutes. */
function span(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
