/** What Slack answers: always a JSON object with `ok`. */
import type { Json } from '../json.js';

/** A method done. */
export function done(reply: Json = {}): Json {
  return { ok: true, ...reply };
}

/** A method refused, with Slack's own word for why. */
export function refused(error: string, more: Json = {}): Json {
  return { ok: false, error, ...more };
}

/** Refused because blocks or a view break the rules; each message names the place. */
export function refusedFor(error: string, problems: readonly { message: string; pointer: string }[]): Json {
  const messages = problems.map(({ message, pointer }) => `[ERROR] ${message} [json-pointer:${pointer}]`);
  return refused(error, { response_metadata: { messages } });
}
