/** Nanoseconds since the epoch, as OTLP carries them, to milliseconds. 0 means unknown. */

/** From the halves of a fixed64, exactly: a double cannot hold nanoseconds of our time. */
export function millisecondsOf(high: number, low: number): number {
  return high * 4_294 + Math.floor((high * 967_296 + low) / 1_000_000);
}

/** From a number that is written with a fraction or an exponent, and has lost digits on its way. */
export function roundedMilliseconds(nanoseconds: number): number | undefined {
  if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds >= 2 ** 64) return undefined;
  return Math.floor(nanoseconds / 1_000_000 + 0.000_5);
}
