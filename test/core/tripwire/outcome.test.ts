import { describe, expect, it } from 'vitest';
import type { Review } from '../../../src/core/action-record.js';
import type { Finding } from '../../../src/core/tripwire/finding.js';
import {
  AGENT,
  anArtifact,
  aReview,
  MINUTE,
  theWires,
  type SomeRules,
} from '../../support/action-records.js';

function told(review: Review | null, rules: SomeRules = {}): readonly Finding[] {
  return theWires(rules).observe(anArtifact(review), 0);
}

function sayings(review: Review | null, rules: SomeRules = {}): string[][] {
  return told(review, rules).map(({ rule, sentence }) => [rule, sentence]);
}

const WHAT = 'billing-agent: an artifact that customers see (email.send)';

describe('the outcome wire', () => {
  it('is silent about an artifact that a person looked at for long enough and sent as approved', () => {
    expect(told(aReview())).toEqual([]);
  });

  it('is silent about what customers do not see', () => {
    expect(theWires().observe({ ...anArtifact(null), customerVisible: false }, 0)).toEqual([]);
  });

  it.each([
    ['without any review', null, 'went out without a review'],
    [
      'without a decision',
      aReview({ decidedAtMs: null }),
      'went out without a decision of a reviewer; a review was required',
    ],
    [
      'approved by somebody it was never shown to',
      aReview({ presentedAtMs: null }),
      'was approved, but nothing shows that it was ever presented to a reviewer',
    ],
  ])('tells of one that went out %s', (_, review, how) => {
    expect(sayings(review)).toEqual([['review-bypassed', `${WHAT} ${how}.`]]);
  });

  it('believes a record that says no review was required only where the runbooks allow it', () => {
    const exempt = aReview({ required: false, decidedAtMs: null, presentedAtMs: null });

    expect(told(exempt)).toEqual([]);
    expect(sayings(exempt, { rules: { 'review-bypassed': { allowExempt: false } } })[0]?.[1]).toContain(
      'its own record says that none was required',
    );
  });

  it.each<[string, Partial<Review>, string | null]>([
    ['29.9 seconds', { decidedAtMs: 29_900 }, 'approved 29.9 s after it was presented, limit 30 s'],
    ['almost 30 seconds', { decidedAtMs: 29_960 }, '29.960 s after it was presented, limit 30.000 s'],
    [
      'almost two minutes for a thousand words',
      { decidedAtMs: 119_000, words: 1000 },
      'approved 1 min 59 s after it was presented, limit 2 min',
    ],
    ['a word in a second', { decidedAtMs: 1000, words: 1 }, 'of 1 word was approved 1 s after'],
    ['exactly 30 seconds', { decidedAtMs: 30_000 }, null],
    [
      'a minute for 501 words',
      { decidedAtMs: MINUTE, words: 501 },
      'of 501 words was approved 60 s after it was presented, limit 60.1 s',
    ],
    ['a minute for 500 words', { decidedAtMs: MINUTE, words: 500 }, null],
    [
      '10 seconds for nobody knows how much',
      { decidedAtMs: 10_000, words: null },
      'of unknown size was approved 10 s after',
    ],
    ['less than no time', { decidedAtMs: -5000 }, 'approved 5 s before it was presented'],
  ])('judges a review of %s by its time and by its words', (_, facts, expected) => {
    const [finding] = sayings(aReview(facts));

    expect(finding ?? null).toEqual(
      expected === null ? null : ['review-too-fast', expect.stringContaining(expected)],
    );
  });

  it('has a threshold of its own for a tool that needs one', () => {
    const tools = new Map([['email.send', { 'review-too-fast': { seconds: 300, mode: 'page' as const } }]]);

    const [finding] = told(aReview(), { agents: { [AGENT]: { rules: {}, tools } } });

    expect(finding).toMatchObject({ rule: 'review-too-fast', mode: 'page', tool: 'email.send' });
  });

  it.each([AGENT, ' Billing-Agent', `agent:${AGENT}`])('does not let %j approve its own work', (reviewer) => {
    expect(sayings(aReview({ reviewer }))).toEqual([
      ['review-by-author', `${WHAT} was approved by the agent that wrote it.`],
    ]);
  });

  it('notices that something else went out than was approved', () => {
    expect(sayings(aReview({ executedDigest: 'bb22' }))).toEqual([
      ['review-of-other-content', `${WHAT} is not what was approved (approved aa11…, sent bb22…).`],
    ]);
    expect(told(aReview({ executedDigest: 'AA11' }))).toEqual([]);
    expect(told(aReview({ executedDigest: null }))).toEqual([]);
  });

  it('tells of everything that is wrong at once, and of a series of it once', () => {
    const wires = theWires();
    const bad = aReview({ decidedAtMs: 1000, reviewer: AGENT, executedDigest: 'bb22' });

    const first = wires.observe(anArtifact(bad), 0).map(({ rule }) => rule);
    const second = wires.observe(anArtifact(bad, { atMs: MINUTE }), MINUTE);

    expect(first).toEqual(['review-too-fast', 'review-by-author', 'review-of-other-content']);
    expect(second).toEqual([]);
  });
});
