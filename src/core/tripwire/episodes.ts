/**
 * A burst is one episode, and an episode is one finding. It goes on while its rule is met again within the hour, for a day at
 * most: what still burns then is told of again, for people may have closed its incident. So is what began in a quieter mode
 * than it is met in now: who had been told in shadow was nobody. More than ten things at once that one rule complains of
 * become one episode of their own, so that a flood of names is not one of alerts.
 */
import type { TripwireMode, TripwireRule } from './finding.js';
import type { EpisodeRow } from './wires.js';

/** So long without being met ends an episode: a sliding hour has forgotten a burst by then. */
export const EPISODE_GAP_MINUTES = 60;
export const LONGEST_EPISODE_MINUTES = 1440;
export const MOST_SUBJECTS = 10;
/** Stands for everything beyond `MOST_SUBJECTS`. */
export const MANY = '*';
/** Ended episodes are let go once there are so many. */
const MOST_ROWS = 64;
const LOUDNESS: Readonly<Record<TripwireMode, number>> = { shadow: 0, warn: 1, page: 2, halt: 3 };

/** A rule that is met, what it is about, and what is to happen then. */
export interface Meeting {
  readonly rule: TripwireRule;
  readonly subject: string;
  readonly mode: TripwireMode;
}

export class Episodes {
  readonly #rows = new Map<string, EpisodeRow>();
  readonly #changed = new Set<string>();

  constructor(rows: Iterable<EpisodeRow> = []) {
    for (const row of rows) this.#rows.set(keyOf(row.rule, row.subject), row);
  }

  /** The rule is met at this minute. The episode, where one begins with it; null where it is known already. */
  meet(meeting: Meeting, minute: number): EpisodeRow | null {
    if (this.#goOn(meeting, minute)) return null;
    const { rule, subject } = meeting;
    const isOneTooMany = subject !== '' && this.#current(rule, minute) >= MOST_SUBJECTS;
    const told = isOneTooMany ? { ...meeting, subject: MANY } : meeting;
    if (isOneTooMany && this.#goOn(told, minute)) return null;
    return this.#begin({ ...told, startedMinute: minute, lastMinute: minute });
  }

  /** As `meet`, for an episode that is known by its beginning: the same beginning is the same episode. */
  meetOnce(meeting: Meeting, startedMinute: number): EpisodeRow | null {
    const row = this.#rows.get(keyOf(meeting.rule, meeting.subject));
    if (row?.startedMinute === startedMinute && !isLouder(meeting, row)) return null;
    return this.#begin({ ...meeting, startedMinute, lastMinute: startedMinute });
  }

  /** When the newest episode of a rule about the agent as a whole began; null where none is known. */
  startOf(rule: TripwireRule): number | null {
    return this.#rows.get(keyOf(rule, ''))?.startedMinute ?? null;
  }

  takeChanged(): EpisodeRow[] {
    const rows = [...this.#changed].flatMap((key) => this.#rows.get(key) ?? []);
    this.#changed.clear();
    return rows;
  }

  /** True where an episode of it is under way, which then goes on. */
  #goOn(meeting: Meeting, minute: number): boolean {
    const key = keyOf(meeting.rule, meeting.subject);
    const row = this.#rows.get(key);
    if (row === undefined || !isCurrent(row, minute) || isLouder(meeting, row)) return false;
    if (minute > row.lastMinute) {
      this.#rows.set(key, { ...row, lastMinute: minute });
      this.#changed.add(key);
    }
    return true;
  }

  #begin(row: EpisodeRow): EpisodeRow {
    if (this.#rows.size >= MOST_ROWS) this.#forgetEnded(row.startedMinute);
    const key = keyOf(row.rule, row.subject);
    this.#rows.set(key, row);
    this.#changed.add(key);
    return row;
  }

  #current(rule: TripwireRule, minute: number): number {
    let count = 0;
    for (const row of this.#rows.values())
      if (row.rule === rule && row.subject !== MANY && isCurrent(row, minute)) count++;
    return count;
  }

  #forgetEnded(minute: number): void {
    for (const [key, row] of this.#rows)
      if (row.rule !== 'silence' && !isCurrent(row, minute)) this.#rows.delete(key);
  }
}

function keyOf(rule: TripwireRule, subject: string): string {
  return `${rule} ${subject}`;
}

function isLouder({ mode }: Meeting, told: EpisodeRow): boolean {
  return told.mode !== null && LOUDNESS[mode] > LOUDNESS[told.mode];
}

/** A minute before the beginning belongs to it too: a late record, or a clock that was set back. */
function isCurrent({ startedMinute, lastMinute }: EpisodeRow, minute: number): boolean {
  return (
    minute - lastMinute <= EPISODE_GAP_MINUTES && Math.abs(minute - startedMinute) <= LONGEST_EPISODE_MINUTES
  );
}
