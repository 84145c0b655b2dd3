/** A telemetry file as it was when content was sealed span by span: one refund (`aRefund`), with a long instruction. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { telemetryPath } from './telemetry.js';

/** What it was sealed with. */
export const OLDER_KEY = Buffer.from('a key of an older version: 32 B.').toString('base64');
export const OLDER_INSTRUCTION = 'Refund what was paid twice. '.repeat(40).trim();

/** Its path; removed when the test ends. */
export function olderFile(): string {
  const path = telemetryPath();
  const fixture = new URL('../fixtures/telemetry/sealed-span-by-span.sql', import.meta.url);
  changeFile(path, readFileSync(fixture, 'utf8'));
  return path;
}

/** What somebody does to a file behind our back. */
export function changeFile(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** Every sealed text in a file, and every wrapped key. */
export function sealedIn(path: string): Buffer[] {
  const database = new Database(path, { readonly: true });
  const tables = database
    .prepare<[], string>("select name from sqlite_master where type = 'table'")
    .pluck()
    .all();
  const sealed = [
    ['content', 'sealed'],
    ['content_bundle', 'sealed'],
    ['content_trace', 'wrapped'],
  ].flatMap(([table = '', column = '']) =>
    tables.includes(table)
      ? database.prepare<[], Buffer>(`select ${column} from ${table}`).pluck().all()
      : [],
  );
  database.close();
  return sealed;
}
