import type { Db } from './schema.js';
import { foldStream, type Readings } from './fold-stream.js';
import { alert, alertSaid, countAlerts } from './queries/alerts.js';
import { causedSince, openUmbrella, sheltered } from './queries/causes.js';
import { checkpoints } from './queries/checkpoints.js';
import {
  countHeldAttempts,
  decidedWaits,
  heldAttempt,
  heldAttemptOf,
  heldAttempts,
} from './queries/held-attempts.js';
import { dueLanes } from './queries/due-lanes.js';
import { countHeldPosts, heldPostCounts, heldPosts } from './queries/held-posts.js';
import { incident, incidentByChannel, incidents, openIncidentForAgent } from './queries/incidents.js';
import { journalHead, readStream } from './queries/journal.js';
import { points } from './queries/points.js';
import { isClaimed, setting } from './queries/settings.js';
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
    alertSaid: (dedupKey) => run((db) => alertSaid(db, dedupKey)),
    countAlerts: (incidentName) => run((db) => countAlerts(db, incidentName)),
    causedSince: (...asked) => run((db) => causedSince(db, ...asked)),
    openUmbrella: (cause) => run((db) => openUmbrella(db, cause)),
    sheltered: (umbrella) => run((db) => sheltered(db, umbrella)),
    points: () => run(points),
    token: (hash) => run((db) => token(db, hash)),
    tokens: () => run(tokens),
    surface: (key) => run((db) => surface(db, key)),
    surfacesOf: (incidentName) => run((db) => surfacesOf(db, incidentName)),
    dueLanes: (now) => run((db) => dueLanes(db, now)),
    setting: (key) => run((db) => setting(db, key)),
    isClaimed: (key) => run((db) => isClaimed(db, key)),
    heldPostCounts: () => run(heldPostCounts),
    countHeldPosts: (source) => run((db) => countHeldPosts(db, source)),
    heldPosts: (filter) => run((db) => heldPosts(db, filter)),
    heldAttempt: (id) => run((db) => heldAttempt(db, id)),
    heldAttemptOf: (digest) => run((db) => heldAttemptOf(db, digest)),
    heldAttempts: (filter) => run((db) => heldAttempts(db, filter)),
    decidedWaits: (limit) => run((db) => decidedWaits(db, limit)),
    countHeldAttempts: (filter) => run((db) => countHeldAttempts(db, filter)),
  };
}
