/** What an alert format has to offer. One folder per format; `registry.ts` lists them. */
import type { Alert, TripwireName } from '../core/alert.js';
import type { Instant } from '../core/ids.js';
import type { PagerReport } from '../core/pager-report.js';
import type { AlertFormat, SourceSettings } from '../core/source-settings.js';

/** Turns what one outside system posts into our alerts. Pure: the same body gives the same alerts. */
export interface Source {
  /** The format; also the address of the source that needs no configuration. */
  readonly name: AlertFormat;
  /** JSON Schema of the bodies it reads; published at `/v1/sources/:source/schema`. */
  readonly schema: object;
  /** Could this be one of its bodies? For whoever has a file and does not know whose it is. */
  readonly recognises: (body: unknown, headers: Headers) => boolean;
  /** What `parse` reads, from the bytes of a post; one JSON document where left out. */
  readonly decode?: (bytes: Uint8Array, headers: Headers) => unknown;
  /** Throws a ZodError or a DomainError `invalid-input` for a body it cannot read whole. */
  parse(body: unknown, headers: Headers, context: SourceContext): ParsedAlerts;
  /** How its posts prove where they come from; left out where the sender cannot sign. */
  readonly signature?: Signature;
  /**
   * Its sender drops for good what is refused, and after a few of those all that follows; what is answered 429 comes
   * again. So a post that is not believed is answered that: its secret may be one that we are about to be told.
   */
  readonly dropsRefused?: true;
  /** May its posts be of this content type? JSON of any kind where left out. */
  readonly accepts?: (contentType: string) => boolean;
  /** Answers a sender that asks whether it may post here; a sentence about what was done. */
  readonly shakeHands?: (offer: Handshake, parts: HandshakeParts) => Promise<string>;
}

/** Header names in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a format may need to know beyond the body. */
export interface SourceContext {
  /** The source that is posted to: dedup keys begin with it. */
  readonly source: string;
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
  /** The sender's own name for this delivery: the same for every attempt at it. */
  readonly deliveryId?: string | null;
  /** What a pager says of its own course. */
  readonly reports?: readonly PagerReport[];
  /** The sender asks whether it may post here. */
  readonly handshake?: Handshake;
}

/** Something in one alert that could not be used, or was not. */
export interface SourceNote {
  /** Null for what concerns the whole post. */
  readonly dedupKey: string | null;
  readonly note: string;
  /** Something was given that could not be read: worth mending at the sender. */
  readonly unread?: true;
  /** Whoever runs this server has to hear of it, for alerts are lost or will be: logged. Senders rarely read answers. */
  readonly isLoud?: true;
}

/** What a sender wants to have fetched before it posts anything. */
export interface Handshake {
  readonly url: string;
  readonly topic: string;
}

export interface HandshakeParts extends HandshakeOffer {
  readonly settings: SourceSettings;
  readonly web: WebReader;
}

/** How the sender was let in that asks. */
export interface HandshakeOffer {
  /** By a token of ours, not by its signature alone. */
  readonly hasToken: boolean;
}

/** How posts of a format prove where they come from. */
export interface Signature {
  /** What is wrong with a secret of the environment; null where it will do. Left out where the format has no secrets. */
  readonly faultOf?: (secret: string) => string | null;
  /** Is there enough to judge a signature by? */
  readonly isConfigured: (settings: SourceSettings, secrets: readonly string[]) => boolean;
  readonly verify: (post: SignedPost) => Verdict | Promise<Verdict>;
}

/** A post as it came: signatures are over the bytes, not over what they mean. */
export interface SignedPost {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  readonly settings: SourceSettings;
  /** All that count at the moment: while a secret is changed there are two. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  readonly web: WebReader;
}

/** refused: it is not from whom it says. unsure: nobody can tell right now, so it should be sent again. */
export type Verdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'refused' | 'unsure'; readonly why: string };

/** Fetches small texts over https from addresses that the caller has checked. Follows no redirect. */
export interface WebReader {
  get(url: URL): Promise<string>;
}

/** A source under its address: a format, its settings and its secrets. */
export interface ConfiguredSource {
  readonly name: string;
  readonly settings: SourceSettings;
  readonly schema: object;
  /** May a post prove itself by its signature, without a token? */
  readonly isSigned: boolean;
  readonly dropsRefused: boolean;
  accepts(contentType: string): boolean;
  verify(post: Pick<SignedPost, 'bytes' | 'headers' | 'nowMs'>): Promise<Verdict>;
  /** Throws as `Source.parse` does. */
  read(post: Pick<SignedPost, 'bytes' | 'headers'>, context: Omit<SourceContext, 'source'>): ParsedAlerts;
  /** A sentence about what was done; null where nothing was asked. Rejects where it has to be tried again. */
  shakeHands(parsed: ParsedAlerts, offer: HandshakeOffer): Promise<string | null>;
}
