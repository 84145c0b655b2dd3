/** Halts, snapshots and attempts as plain types: what guards are made of, so that they bring no dependency into an agent. */

/** What a halt stops, from widest to narrowest. `tool` and `class` may be narrowed to one agent. */
export type HaltScope =
  | { kind: 'all' }
  | { kind: 'agent'; agentId: string }
  | { kind: 'tool'; tool: string; agentId?: string | undefined }
  | { kind: 'class'; actionClass: string; agentId?: string | undefined }
  | { kind: 'action'; actionId: string };

/** deny: refuse. hold: queue for approval. degraded: refuse all but reads. */
export type HaltMode = 'deny' | 'hold' | 'degraded';

export interface Halt {
  id: string;
  scope: HaltScope;
  mode: HaltMode;
  reason: string;
  orderedBy: string;
  /** ISO 8601 in UTC, as everywhere on the wire. */
  at: string;
  /** A rehearsal: held, acknowledged and measured like any order, and nothing is denied for it. */
  drill?: true | undefined;
}

/** All orders in force. `epoch` is durable, never reused, and only grows within one `planeId`. */
export interface Snapshot {
  epoch: number;
  planeId: string;
  issuedAt: string;
  leaseMs: number;
  halts: Halt[];
  /** Base64 Ed25519 over `snapshotText`; a lift is believed only when it verifies. */
  signature: string;
}

/** What an agent is about to do, as its guard asks. */
export interface Attempt {
  readonly agentId: string;
  readonly tool: string;
  readonly actionClass: string;
  readonly actionId: string;
  /** True only where the attempt cannot change anything outside. */
  readonly readOnly?: boolean;
}
