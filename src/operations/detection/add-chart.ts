import type { Alert } from '../../core/alert.js';
import type { Transaction } from '../../store/types.js';

/** Has the picture of an alert shown in its incident, once; nothing where the alert has none. */
export async function addChartIn(
  tx: Transaction,
  { incident, alert }: { readonly incident: string; readonly alert: Pick<Alert, 'chart' | 'dedupKey'> },
): Promise<void> {
  if (alert.chart === undefined || alert.chart === null) return;
  const { dedupKey } = alert;
  await tx.addEffect({
    key: `chart:post:${incident}:${dedupKey}`,
    kind: 'chart:post',
    lane: 'bulk',
    incident,
    payload: { incident, dedupKey },
  });
}

/** The same for an alert that only warns: in the thread of its warning. */
export async function addWarningChartIn(
  tx: Transaction,
  { chart, dedupKey }: Pick<Alert, 'chart' | 'dedupKey'>,
): Promise<void> {
  if (chart === undefined || chart === null) return;
  await tx.addEffect({
    key: `chart:post:${dedupKey}`,
    kind: 'chart:post',
    lane: 'bulk',
    incident: null,
    payload: { incident: null, dedupKey },
  });
}
