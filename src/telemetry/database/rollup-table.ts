/** Sums by agent, series and minute: what the wires are rebuilt from without reading every record again. */
import type { Database } from 'better-sqlite3';
import type { MinuteRollup } from '../../core/tripwire/rollup.js';
import type { AgentRange, AgentTable } from './agent-table.js';

export interface RollupTable {
  /** Adds to what stands there. */
  merge(agentId: string, rows: readonly MinuteRollup[]): void;
  /** The same, where many agents have a little: it is written down now and merged with more of it later. */
  note(agentId: string, rows: readonly MinuteRollup[]): void;
  /** Merges what was noted, once it is much. */
  settleMuch(): void;
  /** From a minute on, each series in order of time. */
  read(agentId: string, fromMinute: number): MinuteRollup[];
  /** Forgets whole hours before a minute, of the agents with these numbers. */
  purge(agents: AgentRange, beforeMinute: number): void;
}

const MINUTES = 60;
/** They are merged in one go, and are in memory meanwhile. */
const MOST_PENDING = 150_000;
/** One byte for the minute of the hour, eight for its value. */
const ENTRY_BYTES = 9;

/** Before the entries of an hour: its number (four bytes) and how many bytes follow (two). */
const HEAD_BYTES = 6;

/** All hours of a series, in hex: to be handed a hundred blobs one by one would cost more than to read them. */
type SeriesRow = readonly [series: MinuteRollup['series'], hours: string];

export function rollupTable(database: Database, agents: AgentTable): RollupTable {
  const add = adder(database);
  const pending = pendingRollups(database);
  const all = database
    .prepare<[number, number], SeriesRow>(
      `select series, group_concat(printf('%08x%04x', hour, length(minutes)) || hex(minutes), '' order by hour)
       from rollup where agent = ? and hour >= ? group by series`,
    )
    .raw();
  const purge = database.prepare('delete from rollup where agent between ? and ? and hour < ?');
  return {
    merge(agentId, rows) {
      const agent = agents.idOf(agentId);
      for (const [key, minutes] of byHour(rows)) add({ agent, ...partsOf(key) }, minutes);
    },
    note(agentId, rows) {
      const agent = agents.idOf(agentId);
      for (const [key, minutes] of byHour(rows)) pending.note({ agent, ...partsOf(key) }, minutes);
    },
    settleMuch: () => {
      if (pending.size() >= MOST_PENDING) pending.settle(add);
    },
    read(agentId, fromMinute) {
      const agent = agents.find(agentId);
      if (agent === undefined) return [];
      pending.settle(add);
      const rows: MinuteRollup[] = [];
      for (const series of all.all(agent, Math.floor(fromMinute / MINUTES))) unpack(series, fromMinute, rows);
      return rows;
    },
    purge: ({ first, last }, beforeMinute) => void purge.run(first, last, Math.floor(beforeMinute / MINUTES)),
  };
}

interface Hour {
  readonly agent: number;
  readonly series: string;
  readonly hour: number;
}

type Add = (hour: Hour, minutes: Map<number, number>) => void;

function adder(database: Database): Add {
  const find = database
    .prepare<[number, string, number], Buffer>(
      'select minutes from rollup where agent = ? and series = ? and hour = ?',
    )
    .pluck();
  const put = database.prepare(
    'insert or replace into rollup (agent, series, hour, minutes) values (?, ?, ?, ?)',
  );
  return ({ agent, series, hour }, minutes) => {
    const before = find.get(agent, series, hour);
    if (before !== undefined) addAll(minutes, before);
    put.run(agent, series, hour, packed(minutes));
  };
}

function pendingRollups(database: Database) {
  const insert = database.prepare(
    'insert into rollup_pending (agent, series, hour, minutes) values (?, ?, ?, ?)',
  );
  const any = database.prepare<[], number>('select 1 from rollup_pending limit 1').pluck();
  const all = database.prepare<[], Hour & { readonly minutes: Buffer }>(
    'select agent, series, hour, minutes from rollup_pending order by agent, series, hour',
  );
  const clear = database.prepare('delete from rollup_pending');
  /** Since the start; what was there before is settled with the first reading. */
  let noted = 0;
  const merge = database.transaction((add: Add) => {
    let hour: Hour | null = null;
    let minutes = new Map<number, number>();
    for (const { minutes: more, ...next } of all.all()) {
      if (hour !== null && !isSame(hour, next)) {
        add(hour, minutes);
        minutes = new Map();
      }
      hour = next;
      addAll(minutes, more);
    }
    if (hour !== null) add(hour, minutes);
    clear.run();
    noted = 0;
  });
  return {
    size: (): number => noted,
    note: ({ agent, series, hour }: Hour, minutes: ReadonlyMap<number, number>): void => {
      insert.run(agent, series, hour, packed(minutes));
      noted += 1;
    },
    settle: (add: Add): void => {
      if (any.get() !== undefined) merge(add);
    },
  };
}

function isSame(one: Hour, other: Hour): boolean {
  return one.agent === other.agent && one.series === other.series && one.hour === other.hour;
}

/** A start reads millions of these: nothing is made in between. */
function unpack([series, hours]: SeriesRow, fromMinute: number, rows: MinuteRollup[]): void {
  const bytes = Buffer.from(hours, 'hex');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < view.byteLength;) {
    const first = view.getUint32(at) * MINUTES;
    const end = at + HEAD_BYTES + view.getUint16(at + 4);
    for (at += HEAD_BYTES; at < end; at += ENTRY_BYTES) {
      const minute = first + view.getUint8(at);
      if (minute >= fromMinute) rows.push({ series, minute, value: view.getFloat64(at + 1, true) });
    }
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

function partsOf(key: string): Omit<Hour, 'agent'> {
  const bar = key.indexOf('|');
  return { hour: Number(key.slice(0, bar)), series: key.slice(bar + 1) };
}

function addAll(minutes: Map<number, number>, bytes: Buffer): void {
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES)
    add(minutes, bytes.readUInt8(at), bytes.readDoubleLE(at + 1));
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
