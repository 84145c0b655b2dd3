/** The control plane's proof that a lost guard denies counts on it. */
const LONGEST_MS = 5_000;

/** How long an action may take to stop, in milliseconds. */
export function deadlineOf(wantedMs: number | undefined): number {
  return Math.min(wantedMs ?? LONGEST_MS, LONGEST_MS);
}
