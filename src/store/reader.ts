import type { Db } from './schema.js';
import { foldStream, type Readings } from './fold-stream.js';
import { alert } from './queries/alerts.js';
import { checkpoints } from './queries/checkpoints.js';
import { countHeldAttempts, heldAttempt, heldAttemptOf, heldAttempts } from './queries/held-attempts.js';
import { incident, incidentByChannel, incidents, openIncidentForAgent } from './queries/incidents.js';
import { journalHead, readStream } from './queries/journal.js';
import { points } from './queries/points.js';
import { setting } from './queries/settings.js';
import { surface, surfacesOf } from './queries/surfaces.js';
import { token, tokens } from './queries/tokens.js';
import type { Reader } from './types.js';

/** Hands a query the connection it may use: a transaction's own, or the shared one when it is free. */
export type Run = <T>(query: (db: Db) => Promise<T>) => Promise<T>;

/** All reads, over whatever `run` gives them. */
export function createReader(run: Run, readings: Readings): Reader {
  return {
    fold: (projection) => run((db) => foldStream(db, projection, readings)),
    readStream: (stream, afterVersion = 0) => run((db) => readStream(db, stream, afterVersion)),
    head: () => run(journalHead),
    checkpoints: () => run(checkpoints),
    incident: (kind, number) => run((db) => incident(db, kind, number)),
    incidentByChannel: (channelId) => run((db) => incidentByChannel(db, channelId)),
    incidents: (filter) => run((db) => incidents(db, filter)),
    openIncidentForAgent: (agentId) => run((db) => openIncidentForAgent(db, agentId)),
    alert: (dedupKey) => run((db) => alert(db, dedupKey)),
    points: () => run(points),
    token: (hash) => run((db) => token(db, hash)),
    tokens: () => run(tokens),
    surface: (key) => run((db) => surface(db, key)),
    surfacesOf: (incidentName) => run((db) => surfacesOf(db, incidentName)),
    setting: (key) => run((db) => setting(db, key)),
    heldAttempt: (id) => run((db) => heldAttempt(db, id)),
    heldAttemptOf: (digest) => run((db) => heldAttemptOf(db, digest)),
    heldAttempts: (filter) => run((db) => heldAttempts(db, filter)),
    countHeldAttempts: (filter) => run((db) => countHeldAttempts(db, filter)),
  };
}
