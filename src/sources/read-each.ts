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
): ParsedAlerts {
  const taker = createNoteTaker();
  return {
    alerts: alerts.map((alert) => read(alert, taker)),
    truncated: truncatedAlerts ?? 0,
    notes: taker.notes,
  };
}
