/** Since when somebody has been listening. A restart that is short enough for senders to repeat what they had is no break. */
import { LISTENING_GAP_MINUTES } from '../../core/tripwire/silence.js';
import type { SettingTable } from '../database/setting-table.js';

const SINCE = 'listening-since';
const UNTIL = 'listening-until';
const LONGEST_BREAK_MS = LISTENING_GAP_MINUTES * 60_000;
const NOTED_EVERY_MS = 60_000;

export class Listening {
  readonly #settings: SettingTable;
  #sinceMs: number;
  #untilMs: number;

  constructor(settings: SettingTable, nowMs: number) {
    this.#settings = settings;
    this.#sinceMs = settings.get(SINCE) ?? nowMs;
    this.#untilMs = settings.get(UNTIL) ?? nowMs;
    if (this.#isBroken(nowMs)) this.#sinceMs = nowMs;
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Is it to be written down again that we still listen? */
  isDue(nowMs: number): boolean {
    return Math.abs(nowMs - this.#untilMs) >= NOTED_EVERY_MS;
  }

  /** We listen at this moment. */
  note(nowMs: number): void {
    if (Number.isFinite(this.#untilMs) && this.#isBroken(nowMs)) this.#sinceMs = nowMs;
    this.#untilMs = nowMs;
    this.#settings.set(SINCE, this.#sinceMs);
    this.#settings.set(UNTIL, nowMs);
  }

  /** Nobody listened for a while, or the clock was set back so far that nobody can know. */
  #isBroken(nowMs: number): boolean {
    return Math.abs(nowMs - this.#untilMs) > LONGEST_BREAK_MS;
  }
}
