/** Sums by agent, series and minute: what the wires are rebuilt from without reading every record again. */
import type { Database } from 'better-sqlite3';
import type { MinuteRollup } from '../../core/tripwire/rollup.js';
import { NOBODY, type AgentRange, type AgentTable } from './agent-table.js';

export interface RollupTable {
  /** Adds to what stands there. */
  merge(agentId: string, rows: readonly MinuteRollup[]): void;
  /** From a minute on, each series in order of time. */
  read(agentId: string, fromMinute: number): MinuteRollup[];
  /** Forgets whole hours before a minute, of the agents with these numbers. */
  purge(agents: AgentRange, beforeMinute: number): void;
}

const MINUTES = 60;
/** One byte for the minute of the hour, eight for its value. */
const ENTRY_BYTES = 9;

interface HourRow {
  readonly series: MinuteRollup['series'];
  readonly hour: number;
  readonly minutes: Buffer;
}

export function rollupTable(database: Database, agents: AgentTable): RollupTable {
  const find = database
    .prepare<[number, string, number], Buffer>(
      'select minutes from rollup where agent = ? and series = ? and hour = ?',
    )
    .pluck();
  const put = database.prepare(
    'insert or replace into rollup (agent, series, hour, minutes) values (?, ?, ?, ?)',
  );
  const all = database.prepare<[number, number], HourRow>(
    'select series, hour, minutes from rollup where agent = ? and hour >= ? order by series, hour',
  );
  const purge = database.prepare('delete from rollup where agent between ? and ? and hour < ?');
  return {
    merge(agentId, rows) {
      const agent = agents.idOf(agentId);
      for (const [key, minutes] of byHour(rows)) {
        const [hour, series] = splitKey(key);
        const before = find.get(agent, series, hour);
        if (before !== undefined)
          for (const [minute, value] of entriesOf(before)) add(minutes, minute, value);
        put.run(agent, series, hour, packed(minutes));
      }
    },
    read(agentId, fromMinute) {
      const rows: MinuteRollup[] = [];
      const hours = all.all(agents.find(agentId) ?? NOBODY, Math.floor(fromMinute / MINUTES));
      for (const hour of hours) unpack(hour, fromMinute, rows);
      return rows;
    },
    purge: ({ first, last }, beforeMinute) => void purge.run(first, last, Math.floor(beforeMinute / MINUTES)),
  };
}

/** A start reads millions of these: nothing is made in between. */
function unpack({ series, hour, minutes }: HourRow, fromMinute: number, rows: MinuteRollup[]): void {
  for (let at = 0; at + ENTRY_BYTES <= minutes.length; at += ENTRY_BYTES) {
    const minute = hour * MINUTES + (minutes[at] ?? 0);
    if (minute >= fromMinute) rows.push({ series, minute, value: minutes.readDoubleLE(at + 1) });
  }
}

function byHour(rows: readonly MinuteRollup[]): Map<string, Map<number, number>> {
  const hours = new Map<string, Map<number, number>>();
  for (const { series, minute, value } of rows) {
    const hour = Math.floor(minute / MINUTES);
    const key = `${hour}|${series}`;
    const minutes = hours.get(key) ?? new Map<number, number>();
    hours.set(key, minutes);
    add(minutes, minute - hour * MINUTES, value);
  }
  return hours;
}

function splitKey(key: string): [hour: number, series: string] {
  const bar = key.indexOf('|');
  return [Number(key.slice(0, bar)), key.slice(bar + 1)];
}

function add(minutes: Map<number, number>, minute: number, value: number): void {
  minutes.set(minute, (minutes.get(minute) ?? 0) + value);
}

function packed(minutes: ReadonlyMap<number, number>): Buffer {
  const bytes = Buffer.alloc(minutes.size * ENTRY_BYTES);
  [...minutes]
    .toSorted(([a], [b]) => a - b)
    .forEach(([minute, value], index) => {
      bytes.writeUInt8(minute, index * ENTRY_BYTES);
      bytes.writeDoubleLE(value, index * ENTRY_BYTES + 1);
    });
  return bytes;
}

function entriesOf(bytes: Buffer): [minute: number, value: number][] {
  return Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, index) => [
    bytes.readUInt8(index * ENTRY_BYTES),
    bytes.readDoubleLE(index * ENTRY_BYTES + 1),
  ]);
}
