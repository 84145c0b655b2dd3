/** Every Web API call the bot made, in order, with secrets blotted out. */
import { isObject, type Json } from '../json.js';

export interface Call {
  readonly method: string;
  readonly args: Json;
  readonly at: number;
  /** What was answered; a fault answers nothing. */
  readonly ok: boolean;
  readonly error?: string;
  readonly fault?: string;
}

export interface CallLog {
  record(call: Call): void;
  all(): readonly Call[];
}

/** Keeps the calls of one workspace. */
export function createCallLog(): CallLog {
  const calls: Call[] = [];
  return {
    record: (call) => calls.push({ ...call, args: redact(call.args) }),
    all: () => [...calls],
  };
}

const TOKEN = /xox[a-z]-[\w-]+|xapp-[\w-]+/g;

function redact(args: Json): Json {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, blot(value)]));
}

function blot(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(TOKEN, '[redacted]');
  if (Array.isArray(value)) return value.map(blot);
  return isObject(value) ? redact(value) : value;
}
