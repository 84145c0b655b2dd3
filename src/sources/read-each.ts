import type { z } from 'zod';
import type { Alert } from '../core/alert.js';
import { createNoteTaker, type NoteTaker } from './note-taker.js';
import type { ParsedAlerts } from './types.js';

interface Body<Item> {
  readonly alerts: readonly Item[];
  /** As Alertmanager and Grafana say how many they left out. */
  readonly truncatedAlerts?: number | null | undefined;
}

/** The alerts of a body that lists them, each read by itself. */
export function readEach<Item>(
  { alerts, truncatedAlerts }: Body<Item>,
  read: (alert: Item, taker: NoteTaker) => Alert,
  taker: NoteTaker = createNoteTaker(),
): ParsedAlerts {
  return {
    alerts: alerts.map((alert) => read(alert, taker)),
    truncated: truncatedAlerts ?? 0,
    notes: taker.notes,
  };
}

/**
 * The same for senders that never send again what is refused: an alert that cannot be read takes none of the others with
 * it, and is told. A ZodError where none of them can be read.
 */
export function readWhatCan<Item>(
  schema: z.ZodType<Body<Item>>,
  body: unknown,
  read: (alert: Item, taker: NoteTaker) => Alert,
): ParsedAlerts {
  const whole = schema.safeParse(body);
  if (whole.success) return readEach(whole.data, read);
  const faults = faultsByAlert(whole.error);
  const taker = createNoteTaker();
  for (const [index, fault] of faults) taker.lost(`alerts/${index} is lost, the others are taken: ${fault}`);
  return readEach(schema.parse(without(body, whole.error, faults)), read, taker);
}

/** What is wrong with which alert, by its place; throws for what is wrong with the whole body. */
function faultsByAlert(error: z.ZodError): ReadonlyMap<number, string> {
  const faults = new Map<number, string>();
  for (const { path, message } of error.issues) {
    const [list, index, ...rest] = path;
    if (list !== 'alerts' || typeof index !== 'number') throw error;
    if (!faults.has(index)) faults.set(index, `${rest.map(String).join('/')} ${message}`.trim());
  }
  return faults;
}

function without(body: unknown, error: z.ZodError, faults: ReadonlyMap<number, string>): object {
  if (typeof body !== 'object' || body === null || !('alerts' in body)) throw error;
  const { alerts: listed } = body;
  const alerts = Array.isArray(listed) ? listed.filter((_alert, index) => !faults.has(index)) : [];
  if (alerts.length === 0) throw error;
  return { ...body, alerts };
}
