const MINUTES_IN = { min: 1, h: 60, d: 1440 } as const;

/** `30 min`, `4 h`, `7 d` in minutes; undefined for anything else, also for nothing at all (`0 h`). */
export function minutesOf(text: string): number | undefined {
  const match = /^([1-9]\d{0,4}) ?(min|h|d)$/u.exec(text.trim());
  const unit = match?.[2];
  if (unit !== 'min' && unit !== 'h' && unit !== 'd') return undefined;
  return Number(match?.[1]) * MINUTES_IN[unit];
}

/** Does the runtime know the zone? */
export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const CRON_RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** Has it the five fields, each with numbers that can come true? `schedule/` leaves the rest to node-cron. */
export function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/u);
  return (
    fields.length === CRON_RANGES.length &&
    CRON_RANGES.every(([least, most], index) => isCronField(fields[index] ?? '', least, most))
  );
}

function isCronField(field: string, least: number, most: number): boolean {
  if (!/^(?:\*|\d+(?:-\d+)?)(?:\/[1-9]\d*)?(?:,(?:\*|\d+(?:-\d+)?)(?:\/[1-9]\d*)?)*$/u.test(field))
    return false;
  const numbers = field.replaceAll(/\/\d+/gu, '').match(/\d+/gu) ?? [];
  return numbers.map(Number).every((number) => number >= least && number <= most);
}
