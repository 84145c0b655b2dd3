import { z } from 'zod';
import type { ActuatorAnswer } from '../types.js';
import type { Exchanged } from '../../outgoing/exchange.js';
import { retryAfterMs } from '../../outgoing/retry-after.js';

const State = z.object({ state: z.enum(['stopped', 'stopping', 'running']) });

/** A refusal is tried again, however long it asks us to wait: nobody talks a halt away. */
const LONGEST_WAIT_MS = 30_000;

/** 4xx that say "not now" and not "no". */
const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * What an answer means. Only `{"state":"stopped"}` in a 2xx says that the agent has stopped: a page that some proxy
 * puts in between does not, and neither does an empty 200.
 */
export function meaningOf(exchanged: Exchanged): ActuatorAnswer {
  if (exchanged.kind === 'failed') return exchanged;
  const { status, text, retryAfter } = exchanged;
  if (status >= 200 && status < 300) return meaningOfBody(status, text);
  if (status >= 300 && status < 400)
    return { kind: 'failed', error: `answered ${status}: redirects are not followed` };
  if (status >= 400 && status < 500 && !TRANSIENT.has(status))
    return {
      kind: 'refused',
      error: `refused with ${status}`,
      retryAfterMs: retryAfterMs(retryAfter, LONGEST_WAIT_MS),
    };
  return { kind: 'failed', error: `answered ${status}` };
}

function meaningOfBody(status: number, text: string): ActuatorAnswer {
  if (text.trim() === '') return { kind: 'received' };
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null)
    return { kind: 'failed', error: `answered ${status} with something that no actuator says` };
  const known = State.safeParse(body);
  if (known.success) return { kind: 'state', state: known.data.state };
  return { kind: 'received' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
