/**
 * What guards and agents report themselves, in batches (`POST /v1/actions`): a check before each act, what was written
 * for people to see, and how somebody looked at it. A review is reported before its artifact, or in the same batch.
 */
import { z } from 'zod';
import { ActionClassName } from './action-class.js';
import { spelledActionId } from './action-id.js';
import { Instant } from './ids.js';

const name = z.string().min(1).max(200);
const actionId = name.transform(spelledActionId);
const digest = z.string().min(1).max(200);
const traceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, 'a trace id is 32 lower-case hex digits');
const spanId = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/, 'a span id is 16 lower-case hex digits');

/** How a person looked at an artifact. `presentedAt` is when it was shown, not when the review was asked for. */
export const ReviewReport = z.object({
  required: z.boolean().default(true),
  presentedAt: Instant.nullable().default(null),
  decidedAt: Instant.nullable().default(null),
  reviewer: name.nullable().default(null),
  approvedDigest: digest.nullable().default(null),
  executedDigest: digest.nullable().default(null),
  /** Words of what was to be read. */
  words: z.number().int().nonnegative().nullable().default(null),
});
export type ReviewReport = z.infer<typeof ReviewReport>;

const common = {
  actionId,
  agentId: name,
  at: Instant,
  tool: name.nullable().default(null),
  /** A template, such as `POST api.example.com/orders/{id}`; the tool where left out. */
  endpoint: z.string().min(1).max(500).nullable().default(null),
  actionClass: ActionClassName.nullable().default(null),
  traceId: traceId.nullable().default(null),
  spanId: spanId.nullable().default(null),
  parentActionId: actionId.nullable().default(null),
  conversationId: name.nullable().default(null),
};

/** One thing reported. */
export const ActionReport = z.discriminatedUnion('kind', [
  /** The guard was asked, before the act. */
  z.object({ ...common, kind: z.literal('check'), tool: name, verdict: z.enum(['allow', 'deny', 'hold']) }),
  /** Something was written that people will see. */
  z.object({
    ...common,
    kind: z.literal('artifact'),
    customerVisible: z.boolean(),
    review: ReviewReport.nullable().default(null),
  }),
  /** Somebody looked at the artifact of this action. */
  z.object({ ...common, kind: z.literal('review'), review: ReviewReport }),
  /** The guard had more to report than it could: so many reports are missing between the two. */
  z.object({
    kind: z.literal('gap'),
    agentId: name,
    from: Instant,
    to: Instant,
    lost: z.number().int().positive(),
  }),
]);
export type ActionReport = z.infer<typeof ActionReport>;

/** The body of one request. */
export const ActionReports = z.array(ActionReport).min(1).max(5_000);
