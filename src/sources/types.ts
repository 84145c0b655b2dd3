/** What an alert format has to offer. One folder per format; `registry.ts` lists them. */
import type { Alert, TripwireName } from '../core/alert.js';
import type { Instant } from '../core/ids.js';

/** Turns what one outside system posts into our alerts. Pure: the same body gives the same alerts. */
export interface Source {
  /** The last part of `/v1/alerts/:source`. */
  readonly name: string;
  /** JSON Schema of the bodies it reads; published at `/v1/sources/:source/schema`. */
  readonly schema: object;
  /** Throws a ZodError or a DomainError `invalid-input` for a body it cannot read whole. */
  parse(body: unknown, headers: Headers, context: SourceContext): ParsedAlerts;
}

/** Header names in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a format may need to know beyond the body. */
export interface SourceContext {
  /** Alert name (as outside systems label it) → our tripwire, from `tripwires.yml`. */
  readonly alertNames: ReadonlyMap<string, TripwireName>;
  readonly now: Instant;
}

/** The alerts of one post, and what the poster should hear about it. */
export interface ParsedAlerts {
  readonly alerts: readonly Alert[];
  /** Alerts that the poster left out of this post; 0 where it says so or says nothing. */
  readonly truncated: number;
  /** What was read as unknown although something was given, in a sentence each. */
  readonly notes: readonly SourceNote[];
}

/** Something in one alert that could not be used. */
export interface SourceNote {
  readonly dedupKey: string;
  readonly note: string;
}
