/**
 * Something that customers see went out without a review that deserves the name. How long a review took is measured from
 * when it was shown to the reviewer, not from when it was asked for.
 */
import type { ActionRecord, Review } from '../action-record.js';
import type { TripwireRule } from './finding.js';
import type { WireParameters } from './parameters.js';
import { counted, named, secondsLong, secondsPair } from './wording.js';

/** A rule that was met, and what there is to say of it. */
export interface Broken {
  readonly rule: TripwireRule;
  readonly sentence: string;
}

/** All that is wrong with how this record was reviewed; nothing for what customers do not see. */
export function brokenReviews(record: ActionRecord, parameters: WireParameters): Broken[] {
  if (!record.customerVisible) return [];
  const what = `${named(record.agentId)}: ${subjectOf(record)}`;
  const bypass = bypassed(record.review, parameters['review-bypassed'].allowExempt);
  if (bypass !== null) return [{ rule: 'review-bypassed', sentence: `${what} ${bypass}.` }];
  const { review } = record;
  if (review === null || review.decidedAtMs === null) return [];
  return [
    broken('review-too-fast', what, tooFast(review, parameters['review-too-fast'])),
    broken('review-by-author', what, byAuthor(review, record.agentId)),
    broken('review-of-other-content', what, ofOtherContent(review)),
  ].flatMap((each) => each ?? []);
}

function subjectOf({ tool, kind }: ActionRecord): string {
  const noun = kind === 'artifact' ? 'an artifact that customers see' : 'an act that customers see';
  return tool === null ? noun : `${noun} (${named(tool)})`;
}

function broken(rule: TripwireRule, what: string, how: string | null): Broken | null {
  return how === null ? null : { rule, sentence: `${what} ${how}.` };
}

/** Without a decision there was no review, and a decision about what nobody was shown is none. */
function bypassed(review: Review | null, allowExempt: boolean): string | null {
  if (review === null) return 'went out without a review';
  if (review.decidedAtMs !== null)
    return review.presentedAtMs === null
      ? 'was approved, but nothing shows that it was ever presented to a reviewer'
      : null;
  if (!review.required && allowExempt) return null;
  const who = review.required ? 'a review was required' : 'its own record says that none was required';
  return `went out without a decision of a reviewer; ${who}`;
}

function tooFast(
  { presentedAtMs, decidedAtMs, words }: Review,
  { seconds, wordsPerMinute }: WireParameters['review-too-fast'],
): string | null {
  if (presentedAtMs === null || decidedAtMs === null) return null;
  const took = decidedAtMs - presentedAtMs;
  const readingMs = words === null ? 0 : (words * 60_000) / wordsPerMinute;
  const leastMs = Math.max(seconds * 1000, readingMs);
  if (took >= leastMs) return null;
  const [after, limit] = secondsPair(took, leastMs);
  const when = took < 0 ? `${secondsLong(-took)} before it was presented` : `${after} after it was presented`;
  const size = words === null ? 'of unknown size' : `of ${counted(words, 'word')}`;
  return `${size} was approved ${when}, limit ${limit}`;
}

function byAuthor({ reviewer }: Review, agentId: string): string | null {
  if (reviewer === null) return null;
  const name = reviewer.trim().toLowerCase();
  const own = agentId.toLowerCase();
  return name === own || name === `agent:${own}` ? 'was approved by the agent that wrote it' : null;
}

/** Only where both digests are known can they differ. */
function ofOtherContent({ approvedDigest, executedDigest }: Review): string | null {
  if (approvedDigest === null || executedDigest === null) return null;
  if (approvedDigest.toLowerCase() === executedDigest.toLowerCase()) return null;
  return `is not what was approved (approved ${beginning(approvedDigest)}, sent ${beginning(executedDigest)})`;
}

function beginning(digest: string): string {
  return `${named(digest).slice(0, 12)}…`;
}
