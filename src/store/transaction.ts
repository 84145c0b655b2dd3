import type { Instant } from '../core/ids.js';
import { putAlert, putAlertSaid, repeatAlerts } from './queries/alerts.js';
import { putCause, unshelter } from './queries/causes.js';
import { addCheckpoint } from './queries/checkpoints.js';
import { addEffect, effectQueue } from './queries/effects.js';
import { putHeldAttempt } from './queries/held-attempts.js';
import { dropHeldPost, holdPost, retryHeldPost } from './queries/held-posts.js';
import { addIncident, setIncident } from './queries/incidents.js';
import { append } from './queries/journal.js';
import { putPoints } from './queries/points.js';
import { prune } from './queries/prune.js';
import { claim, currentNumber, nextNumber, setSetting } from './queries/settings.js';
import { surfaceQueue, touchSurface, touchSurfacesLater, touchSurfacesOf } from './queries/surfaces.js';
import { addToken, revokeToken } from './queries/tokens.js';
import type { Readings } from './fold-stream.js';
import { createReader } from './reader.js';
import type { Db } from './schema.js';
import type { Transaction } from './types.js';

/** All that a transaction offers, over its connection. */
export function createTransaction(
  db: Db,
  { now, readings }: { now: () => Instant; readings: Readings },
): Transaction {
  return {
    ...createReader((query) => query(db), readings),
    append: (request) => append(db, request),
    addCheckpoint: (head) => addCheckpoint(db, head),
    nextNumber: (counter) => nextNumber(db, counter),
    currentNumber: (counter) => currentNumber(db, counter),
    addIncident: (row) => addIncident(db, row),
    setIncident: (kind, number, change) => setIncident(db, kind, number, change),
    putAlert: (row) => putAlert(db, row),
    putAlertSaid: (row) => putAlertSaid(db, row),
    repeatAlerts: (...repeats) => repeatAlerts(db, ...repeats),
    putCause: (row) => putCause(db, row),
    unshelter: (umbrella) => unshelter(db, umbrella),
    putPoints: (rows) => putPoints(db, rows),
    putHeldAttempt: (row) => putHeldAttempt(db, row),
    addToken: (row) => addToken(db, row),
    revokeToken: (id, at) => revokeToken(db, id, at),
    addEffect: (effect) => addEffect(db, effect, now()),
    touchSurface: (surface) => touchSurface(db, surface),
    touchSurfacesLater: (keys, dueAt) => touchSurfacesLater(db, keys, dueAt),
    touchSurfacesOf: (incident) => touchSurfacesOf(db, incident),
    setSetting: (key, value) => setSetting(db, key, value),
    claim: (key, at) => claim(db, key, at),
    holdPost: (post) => holdPost(db, post),
    dropHeldPost: (id) => dropHeldPost(db, id),
    retryHeldPost: (id) => retryHeldPost(db, id),
    prune: (before, limit) => prune(db, before, limit),
    effects: effectQueue(db),
    surfaces: surfaceQueue(db),
  };
}
