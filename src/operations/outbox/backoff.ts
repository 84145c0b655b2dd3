/** The delay before the next attempt: doubling from `baseMs` up to `capMs`, and anywhere in between by `random`. */
export function backoffMs(
  attempts: number,
  { baseMs, capMs }: { baseMs: number; capMs: number },
  random: () => number,
): number {
  const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(attempts + 1, 30));
  return Math.round(baseMs + random() * (ceilingMs - baseMs));
}
