/**
 * A snapshot as it comes over the wire. What is signed is kept as it was sent, so that fields of a newer control
 * plane do not break its signature; what we do not understand of an order, we take in its strictest sense.
 */
import { canonicalJson } from '../core/canonical-json.js';
import type { Halt, HaltMode, HaltScope, Snapshot } from '../core/halt-shapes.js';

/** What the control plane signed, word for word. */
export interface SignedState extends Omit<Snapshot, 'halts'> {
  readonly halts: readonly unknown[];
}

export interface ReadState {
  readonly signed: SignedState;
  /** The same, understood. */
  readonly snapshot: Snapshot;
}

/** Throws where it is no snapshot at all. */
export function readSnapshot(value: unknown): ReadState {
  const [epoch, leaseMs] = [memberOf(value, 'epoch'), memberOf(value, 'leaseMs')];
  const halts = memberOf(value, 'halts');
  if (!isCount(epoch) || !isCount(leaseMs) || leaseMs === 0 || !Array.isArray(halts))
    throw new Error('this is not a state of a control plane: is there a proxy in between?');
  const signed = {
    epoch,
    leaseMs,
    planeId: textIn(value, 'planeId'),
    issuedAt: textIn(value, 'issuedAt'),
    halts,
    signature: textIn(value, 'signature'),
  };
  return { signed, snapshot: { ...signed, halts: signed.halts.map(readHalt) } };
}

/** The text that the signature is over: everything but the signature. */
export function signedText({ epoch, planeId, issuedAt, leaseMs, halts }: SignedState): string {
  return canonicalJson({ epoch, planeId, issuedAt, leaseMs, halts });
}

/** An order as this guard takes it: a scope it does not know covers everything, a mode it does not know denies. */
export function readHalt(value: unknown): Halt {
  const halt = {
    id: optionalText(value, 'id') ?? 'an order without a name',
    scope: readScope(memberOf(value, 'scope')),
    mode: readMode(memberOf(value, 'mode')),
    reason: optionalText(value, 'reason') ?? 'no reason was sent',
    orderedBy: optionalText(value, 'orderedBy') ?? 'unknown',
    at: optionalText(value, 'at') ?? '',
  };
  return memberOf(value, 'drill') === true ? { ...halt, drill: true } : halt;
}

/** A mode that is not known denies. */
export function readMode(value: unknown): HaltMode {
  return value === 'hold' || value === 'degraded' ? value : 'deny';
}

const EVERYTHING: HaltScope = { kind: 'all' };

/** A scope that is not known covers everything. */
export function readScope(value: unknown): HaltScope {
  const named = (key: string): string | undefined => optionalText(value, key);
  const [agentId, tool, actionClass, actionId] = ['agentId', 'tool', 'actionClass', 'actionId'].map(named);
  // What is no name is no limit: such an order covers more than it might mean, never less.
  const within = agentId === undefined ? {} : { agentId };
  switch (memberOf(value, 'kind')) {
    case 'agent':
      return agentId === undefined ? EVERYTHING : { kind: 'agent', agentId };
    case 'tool':
      return tool === undefined ? EVERYTHING : { kind: 'tool', tool, ...within };
    case 'class':
      return actionClass === undefined ? EVERYTHING : { kind: 'class', actionClass, ...within };
    case 'action':
      return actionId === undefined ? EVERYTHING : { kind: 'action', actionId };
    default:
      return EVERYTHING;
  }
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** Zero or more; undefined where there is none. */
export function numberIn(value: unknown, name: string): number | undefined {
  const member = memberOf(value, name);
  return typeof member === 'number' && Number.isFinite(member) && member >= 0 ? member : undefined;
}

function optionalText(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' && member !== '' ? member : undefined;
}

function textIn(value: unknown, name: string): string {
  const text = optionalText(value, name);
  if (text === undefined) throw new Error(`this is not a state of a control plane: it has no ${name}`);
  return text;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
