import type { Database } from 'better-sqlite3';

/** Numbers that the engine keeps beside its tables, such as how far the sums have been written. */
export interface SettingTable {
  get(name: string): number | undefined;
  set(name: string, value: number): void;
}

export function settingTable(database: Database): SettingTable {
  const get = database.prepare<[string], number>('select value from setting where name = ?').pluck();
  const set = database.prepare('insert or replace into setting (name, value) values (?, ?)');
  return { get: (name) => get.get(name), set: (name, value) => void set.run(name, value) };
}
