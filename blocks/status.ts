/** What stands at this moment: halts in force, enforcement points, open incidents. */
import { CONTAINMENT_TARGET_SECONDS, type PointLevel } from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import type { HaltLine, IncidentLine, PointLine, Status } from '../src/core/status.js';
import { channelLink, join, say, mention, timeText, type Mrkdwn } from './escape.js';
import { context, header, section, surface, when } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { count, durationText, STATUS_WORDS } from './words.js';

const ROWS = 15;

/** `/halt status` and `/incident status`, for the one who asked. */
export function statusMessage(status: Status, now: Instant): Rendered {
  const text = say`${count(status.halts.length, 'halt')} in force · ${count(status.incidents.length, 'open incident')}`;
  return surface({
    text,
    blocks: [
      header('What stands now'),
      ...statusBlocks(status),
      context(say`${timeText(now)} · epoch ${status.epoch}`),
    ],
    drill: false,
  });
}

/** The same lists as App Home shows them. */
export function statusBlocks(status: Status): Block[] {
  return [
    section(
      list('Halts in force', status.halts.map(haltLine), say`None: agents run under their own guards.`),
    ),
    section(
      list(
        'Enforcement points',
        pointLines(status),
        say`None is connected: *nothing can be stopped from here*.`,
      ),
    ),
    section(list('Open incidents', status.incidents.map(incidentLine), say`None.`)),
  ];
}

function list(title: string, rows: readonly Mrkdwn[], none: Mrkdwn): Mrkdwn {
  const more = when(rows.length > ROWS, say`… ${rows.length - ROWS} more`);
  return join([say`*${title}*`, ...(rows.length === 0 ? [none] : rows.slice(0, ROWS)), ...more], '\n');
}

function haltLine(halt: HaltLine): Mrkdwn {
  const symbol = halt.containedSeconds === null ? '🟠' : '🛑';
  const by = say`ordered by ${mention(halt.orderedBy)} ${timeText(halt.at)}`;
  const lift = halt.liftRequestedBy === null ? [] : [say`lift asked for by ${mention(halt.liftRequestedBy)}`];
  const uncovered =
    halt.uncovered.length === 0
      ? []
      : [say`⚠️ ${count(halt.uncovered.length, 'agent')} without an enforcement point`];
  const parts = [proofOf(halt), by, ...uncovered, ...lift];
  return say`${symbol} *${halt.haltId}* ${describeScope(halt.scope)}: ${join(parts, ' · ')}`;
}

function proofOf({ containedSeconds, expected, received, enforced, quiesced }: HaltLine): Mrkdwn {
  if (expected === 0) return say`no enforcement point was connected: nothing is proven stopped`;
  if (containedSeconds === null)
    return say`${received} of ${expected} received, ${enforced} enforced, ${quiesced} quiesced`;
  const met = containedSeconds <= CONTAINMENT_TARGET_SECONDS ? 'met' : 'missed';
  return say`contained at ${expected} of ${expected} in ${durationText(containedSeconds * 1000)} (target ${CONTAINMENT_TARGET_SECONDS} s: ${met})`;
}

/** What cannot be stopped from here comes first. */
function pointLines({ points, unguarded }: Status): Mrkdwn[] {
  return [
    ...unguarded.map((agentId) => say`🚨 *${agentId}*: no enforcement point: Haltline cannot see or stop it`),
    ...points.map(pointLine),
  ];
}

function pointLine({ connected, agentId, instance, level, leaseAgeMs }: PointLine): Mrkdwn {
  const standing = connected ? '🟢' : '🟠';
  const heard = say`heard ${durationText(leaseAgeMs)} ago${connected ? '' : ', connection lost'}`;
  const order = level === null ? say`` : say` · ${LEVEL_WORDS[level]}`;
  return say`${standing} *${agentId}* ${instance.slice(0, 60)}: ${heard}${order}`;
}

const LEVEL_WORDS: Readonly<Record<PointLevel, string>> = {
  expected: 'silent about the newest order',
  received: 'order received',
  enforced: 'order enforced, still draining',
  quiesced: 'quiesced',
  'lease-expired': 'lease expired, denies by itself',
  left: 'left with nothing running',
  marked: 'marked as stopped',
};

function incidentLine(incident: IncidentLine): Mrkdwn {
  const { name, severity, status, channelId, channelName, title, agent, kind } = incident;
  const symbol = kind === 'drill' ? '🧪 ' : '';
  const where = channelId === null ? say`${channelName}` : channelLink(channelId);
  const state = `${severity.toUpperCase()} ${STATUS_WORDS[status]}`;
  return say`${symbol}*${name}* ${state} · ${agent ?? 'unknown agent'} · ${where} · ${title.slice(0, 120)}`;
}
