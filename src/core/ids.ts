import { z } from 'zod';

/** A moment: ISO 8601 in UTC with milliseconds, e.g. `2026-11-20T03:12:00.000Z`. Sorts as text. */
export type Instant = string;
export const Instant = z.iso.datetime({ offset: true });

/** `incident` for the real thing, `drill` for an exercise; they count apart and never mix in figures. */
export type IncidentKind = 'incident' | 'drill';

/** What people call an incident: `INC-7`, or `DRILL-2` for an exercise. */
export function incidentName(kind: IncidentKind, number: number): string {
  return `${kind === 'drill' ? 'DRILL' : 'INC'}-${number}`;
}

/** The inverse of `incidentName`, case-insensitive; undefined for anything else. */
export function parseIncidentName(name: string): { kind: IncidentKind; number: number } | undefined {
  const match = /^(INC|DRILL)-(\d{1,9})$/i.exec(name.trim());
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { kind: match[1].toUpperCase() === 'DRILL' ? 'drill' : 'incident', number: Number(match[2]) };
}

/** The journal stream that holds one incident: its name. */
export function incidentStream(kind: IncidentKind, number: number): string {
  return incidentName(kind, number);
}
