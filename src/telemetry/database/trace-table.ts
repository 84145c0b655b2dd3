import type { Database } from 'better-sqlite3';
import type { ActionRecord } from '../../core/action-record.js';
import { recordOf, type RecordRow } from './record-body.js';
import { spanKey, traceKeys } from './record-key.js';

/** Records by what they belong to. */
export interface TraceTable {
  /** Records that bear an action id, oldest first; at most `limit`. */
  ofAction(actionId: string, limit: number): ActionRecord[];
  /** Records of the spans of a trace; at most `limit`. */
  ofTrace(traceId: string, limit: number): ActionRecord[];
  /** The record of one span. */
  ofSpan(traceId: string, spanId: string): ActionRecord | undefined;
  /** Notes which conversations go on in which traces. Within the caller's transaction. */
  noteConversations(records: readonly ActionRecord[]): void;
  /** Traces of a conversation before or at `atMs` (the newest of them, newest first), then those after it. */
  ofConversation(
    conversationId: string,
    atMs: number,
    limit: { readonly before: number; readonly after: number },
  ): string[];
  /** What is remembered may not have been stored. */
  forget(): void;
}

const COLUMNS = 'record.id, key, at_ms, record.agent as agent_id, agent.name as agent, action_id, body';
/** Pairs of conversation and trace that are known to be stored. */
const REMEMBERED = 20_000;

export function traceTable(database: Database): TraceTable {
  const from = `select ${COLUMNS} from record join agent on agent.id = record.agent`;
  const ofAction = database.prepare<[string, number], RecordRow>(
    `${from} where action_id = ? order by at_ms, record.id limit ?`,
  );
  const ofTrace = database.prepare<[Buffer, Buffer, number], RecordRow>(
    `${from} where key between ? and ? limit ?`,
  );
  const ofSpan = database.prepare<[Buffer], RecordRow>(`${from} where key = ?`);
  const note = database.prepare<[string, Buffer, number]>(
    'insert into conversation (conversation, trace, at_ms) values (?, ?, ?) on conflict do nothing',
  );
  const before = database
    .prepare<[string, number, number], string>(
      'select lower(hex(trace)) from conversation where conversation = ? and at_ms <= ? order by at_ms desc limit ?',
    )
    .pluck();
  const after = database
    .prepare<[string, number, number], string>(
      'select lower(hex(trace)) from conversation where conversation = ? and at_ms > ? order by at_ms limit ?',
    )
    .pluck();
  const noted = new Set<string>();
  return {
    ofAction: (actionId, limit) => ofAction.all(actionId, limit).map(recordOf),
    ofTrace: (traceId, limit) => ofTrace.all(...traceKeys(traceId), limit).map(recordOf),
    ofSpan: (traceId, spanId) => {
      const row = ofSpan.get(spanKey(traceId, spanId));
      return row === undefined ? undefined : recordOf(row);
    },
    noteConversations(records) {
      let last: Pick<ActionRecord, 'conversationId' | 'traceId'> = { conversationId: null, traceId: null };
      for (const record of records) {
        const { conversationId, traceId, startedAtMs } = record;
        if (conversationId === null || traceId === null) continue;
        if (conversationId === last.conversationId && traceId === last.traceId) continue;
        last = record;
        const pair = `${traceId}${conversationId}`;
        if (noted.has(pair)) continue;
        if (noted.size >= REMEMBERED) noted.clear();
        noted.add(pair);
        note.run(conversationId, Buffer.from(traceId, 'hex'), Math.trunc(startedAtMs));
      }
    },
    ofConversation: (conversationId, atMs, limit) => [
      ...before.all(conversationId, atMs, limit.before),
      ...after.all(conversationId, atMs, limit.after),
    ],
    forget: () => noted.clear(),
  };
}
