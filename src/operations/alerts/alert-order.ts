/** Posts overtake each other. What a source says last of an alert counts, by its own clock. */
import { isOver, laterOf, newestEpisode } from '../../core/alert-episodes.js';
import type { Alert } from '../../core/alert.js';
import type { Instant } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import type { Transaction } from '../../store/types.js';
import { readIncident } from '../incidents/read-incident.js';

/** An alert, and when it was taken. */
export interface Heard {
  readonly alert: Alert;
  readonly at: Instant;
}

/** The end that came before it; undefined where it fires. */
export async function endOf(
  tx: Transaction,
  { alert, at }: Heard,
): Promise<{ readonly heardAt: Instant; readonly endsAt: Instant | undefined } | undefined> {
  const said = await tx.alertSaid(alert.dedupKey);
  if (said === undefined || !isOver(alert, said, alert.heldSince ?? at)) return undefined;
  const { heardAt, endsAt } = said;
  // Where the source tells no end, its beginning stands for it.
  return { heardAt, endsAt: endsAt === null || endsAt === alert.startsAt ? undefined : endsAt };
}

/** It is the episode that its incident had last, or one before it, told again: nothing that begins anew. */
export async function isKnownIn(tx: Transaction, heard: Heard, incident: Incident): Promise<boolean> {
  const { dedupKey, startsAt } = heard.alert;
  const last = newestEpisode(incident.alerts, dedupKey);
  if (last === undefined || startsAt > last.startsAt) return false;
  if (startsAt < last.startsAt) return true;
  return (await tx.alertSaid(dedupKey)) === undefined || (await endOf(tx, heard)) !== undefined;
}

/** Did it end before it began to fire again? Asked only where the source tells when it ended. */
export async function isOfEarlierIn(
  tx: Transaction,
  { alert: { endsAt, dedupKey } }: Heard,
  incident: string,
): Promise<boolean> {
  if (endsAt === undefined) return false;
  const { alerts } = (await readIncident(tx, incident)).incident;
  const newest = laterOf(newestEpisode(alerts, dedupKey)?.startsAt, (await tx.alertSaid(dedupKey))?.startsAt);
  return newest !== null && endsAt < newest;
}

/** Remembers that it ended: its beginning may still be under way. `isNews` where it fired until now. */
export async function keepEndIn(
  tx: Transaction,
  { alert, at }: Heard,
  { isNews }: { readonly isNews: boolean },
): Promise<void> {
  const { dedupKey } = alert;
  const said = await tx.alertSaid(dedupKey);
  const endsAt = alert.endsAt ?? laterOf(alert.startsAt, said?.startsAt);
  const isNewer = (endsAt ?? '') > (said?.endsAt ?? '');
  if (!isNews && !isNewer) return;
  const newest = laterOf(endsAt, said?.endsAt);
  await tx.putAlertSaid({
    dedupKey,
    startsAt: said?.startsAt ?? null,
    endsAt: newest,
    heardAt: alert.heldSince ?? at,
  });
}

/** A repeat that began later than what we know of: an end that is older than it is not its own. */
export async function keepStartIn(tx: Transaction, { alert, at }: Heard, incident: Incident): Promise<void> {
  const { dedupKey, startsAt } = alert;
  const said = await tx.alertSaid(dedupKey);
  const newest = laterOf(newestEpisode(incident.alerts, dedupKey)?.startsAt, said?.startsAt);
  if (startsAt <= (newest ?? '')) return;
  await tx.putAlertSaid({
    dedupKey,
    startsAt,
    endsAt: said?.endsAt ?? null,
    heardAt: said?.heardAt ?? at,
  });
}
