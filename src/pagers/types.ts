/** What a pager has to be able to do. One folder a kind; `registry.ts` lists them. */
import type { TripwireName } from '../core/alert.js';
import type { Instant } from '../core/ids.js';
import type { PagerName, PagerVerb } from '../core/pager.js';
import type { Severity } from '../core/severity.js';

/**
 * What a pager is told. The same message told twice is one, by its key and its id. It holds no words of
 * people, agents or alerts: whoever is paged reads those in the incident's channel.
 */
export interface PagerMessage {
  readonly verb: PagerVerb;
  /** `INC-7`. */
  readonly incident: string;
  /** The same for everything about one incident: what was triggered is acknowledged and resolved by it. */
  readonly dedupKey: string;
  /** Tells this message from every other; the same at each try. */
  readonly messageId: string;
  /** One line in our own words. */
  readonly summary: string;
  readonly severity: Severity;
  /** An agent of agents.yml; null where it is not known. */
  readonly agent: string | null;
  readonly tripwire: TripwireName | null;
  /** Whom the page is for; null for what is no page. */
  readonly role: string | null;
  /** Counts the pages of the incident, from 1; null for what is no page. */
  readonly attempt: number | null;
  /** When the page was ordered, somebody was on it, or it was closed. */
  readonly at: Instant;
  readonly openedAt: Instant;
  /** When the agent acted; null where nobody knows. */
  readonly actionAt: Instant | null;
  /** When the tripwire fired; null where none did. */
  readonly triggeredAt: Instant | null;
  readonly links: readonly PagerLink[];
}

/** Where to read on. */
export interface PagerLink {
  readonly href: string;
  readonly text: string;
}

export type PagerAnswer =
  /** It has taken the message: only now somebody may be said to be paged. */
  | { readonly kind: 'accepted' }
  /** It understood and never will take this one. `error` is static words and codes. */
  | { readonly kind: 'refused'; readonly error: string }
  /** No answer, or none that a pager gives: to be tried again, not before `retryAfterMs` where it says so. */
  | { readonly kind: 'failed'; readonly error: string; readonly retryAfterMs: number | null };

/** Never rejects; every message may be sent again without harm. */
export interface Pager {
  readonly name: PagerName;
  send(message: PagerMessage): Promise<PagerAnswer>;
  /** Asks in a way that wakes nobody whether messages would be taken. */
  probe(): Promise<PagerAnswer>;
}

/** Those that are configured. */
export type Pagers = ReadonlyMap<PagerName, Pager>;
