import type { Ancestry, Place, Trace } from './ancestry.js';
import type { Called } from './endpoint-of.js';
import type { SpanKind } from './kind-words.js';
import type { DecodedSpan, Prices, RegistryView } from './types.js';

/** What reading needs to know beside the request. */
export interface ReadingContext {
  readonly prices: Prices;
  readonly registry: RegistryView;
  readonly receivedAtMs: number;
  /** The agent that the sender's token is bound to: whatever the spans say, it is this agent's. */
  readonly boundAgentId: string | null;
  /** One for all requests. It remembers what was read, also where storing it fails and it is sent again. */
  readonly ancestry: Ancestry;
}

/** A span with its place among its trace's. */
export interface Sighting {
  readonly span: DecodedSpan;
  readonly kind: SpanKind;
  readonly called: Called;
  readonly trace: Trace;
  readonly place: Place;
  /** Has it been sent before? */
  readonly isAgain: boolean;
  /** An inference that says its tokens or its cost. */
  readonly saysUsage: boolean;
  /** It adds up what calls beside it used. */
  readonly isSum: boolean;
}
