/**
 * What a release is bound to: the one text of an attempt with its exact parameters, and what parameters must be
 * like so that this text says everything. Guards and the control plane hash the same text.
 */
import { canonicalJson } from './canonical-json.js';
import type { Attempt } from './halt-shapes.js';

/** Of the canonical JSON, in bytes. Longer content belongs behind a reference, with its digest in the parameters. */
export const PARAMETERS_MAX_BYTES = 262_144;
/** Deeper than people write and shallow enough to be walked. */
const DEEPEST = 64;

/** The digest of a held attempt is the SHA-256 of this text, hex. */
export function attemptText(
  { agentId, tool, actionClass, actionId }: Pick<Attempt, 'agentId' | 'tool' | 'actionClass' | 'actionId'>,
  parameters: unknown,
): string {
  return canonicalJson({ agentId, tool, actionClass, actionId, parameters });
}

/**
 * Why these parameters cannot be held; undefined where they can. What JSON would change or drop (a date, NaN, a
 * function) would let two different attempts share one digest. Walked without recursion: depth is not ours.
 */
export function whyNotHeld(parameters: unknown): string | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value: parameters, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (depth > DEEPEST) return `the parameters are nested deeper than ${DEEPEST} levels`;
    const fault = faultOf(value);
    if (fault !== undefined) return `the parameters hold ${fault}, which JSON cannot carry as it is`;
    if (typeof value === 'object' && value !== null)
      for (const member of membersOf(value)) waiting.push({ value: member, depth: depth + 1 });
  }
  return undefined;
}

/** Why these are too long to be held; undefined where they are not. */
export function whyTooLong(bytes: number): string | undefined {
  if (bytes <= PARAMETERS_MAX_BYTES) return undefined;
  return `the parameters have ${bytes} bytes and at most ${PARAMETERS_MAX_BYTES} can be held: hand over a reference and a digest of the content instead`;
}

/** A member that is undefined is one that is not there. */
function membersOf(value: object): unknown[] {
  return Array.isArray(value) ? Array.from(value) : Object.values(value).filter((each) => each !== undefined);
}

function faultOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return numberFault(value);
    case 'object':
      return value === null || isPlain(value) ? undefined : 'an object that is neither a list nor plain';
    case 'undefined':
      return 'nothing where a value is expected';
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
  }
}

/** Whoever sent `9007199254740993` would be shown, and approved for, `9007199254740992`. */
function numberFault(value: number): string | undefined {
  if (!Number.isFinite(value)) return `the number ${value}`;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return `the whole number ${value} (beyond ${Number.MAX_SAFE_INTEGER} digits are lost: hand it over as text)`;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  // Plain also when it comes from another realm, such as a worker's or a test's context.
  return typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null && !('toJSON' in value);
}
