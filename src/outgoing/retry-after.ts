/** How long another side asks us to wait, in milliseconds. Seconds only: a date would be judged by a clock that is not ours. */
export function retryAfterMs(retryAfter: string | null, longestMs: number): number | null {
  if (retryAfter === null || !/^\d{1,6}$/u.test(retryAfter)) return null;
  return Math.min(Number(retryAfter) * 1000, longestMs);
}
