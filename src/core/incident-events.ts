/** Everything that can happen to one incident: the closed union that its stream holds. */
import { z } from 'zod';
import { Alert, TripwireName } from './alert.js';
import { LinkName } from './detection-chain.js';
import { Instant } from './ids.js';
import { PagerNews } from './pager-report.js';
import { PagerVerb } from './pager.js';
import { RunbookExtract } from './post-mortem/runbook-extract.js';
import { Severity } from './severity.js';
import { Replayed } from './tripwire/replayed-event.js';

/** How harm that no tripwire saw came to light. */
export const Surfaced = z.enum(['complaint', 'partner', 'regulator', 'public', 'cost', 'colleague']);
export type Surfaced = z.infer<typeof Surfaced>;

export const IncidentStatus = z.enum(['open', 'acknowledged', 'contained', 'recovered', 'closed']);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

const text = z.object({ text: z.string() }).nullable();
const step = { actionClass: z.string(), stepId: z.string(), substitute: z.boolean() };
const none = z.null().optional();

function event<T extends string, D extends z.ZodType, P extends z.ZodType>(type: T, data: D, secret: P) {
  return z.object({ type: z.literal(type), data, private: secret });
}

export const IncidentEvent = z.discriminatedUnion('type', [
  event(
    'incident:opened',
    z.object({
      number: z.number().int().positive(),
      kind: z.enum(['incident', 'drill']),
      agentId: z.string().nullable(),
      /** As the alert or the declarer named it, where the registry does not know it. */
      agentLabel: z.string().nullable(),
      tripwire: TripwireName.nullable(),
      severity: Severity,
      channelName: z.string(),
      /** Present when a person declared it: no tripwire saw it, and the chain starts at `surfacedAt`. */
      declared: z.object({ surfaced: Surfaced, surfacedAt: Instant }).nullable(),
      drillId: z.string().nullable(),
      /** True for one that stands for several of one cause. */
      umbrella: z.boolean().optional(),
    }),
    z.object({ title: z.string(), summary: z.string() }).nullable(),
  ),
  event(
    'alert:received',
    Alert.omit({ title: true, summary: true, labels: true, actionIds: true }),
    Alert.pick({ title: true, summary: true, labels: true, actionIds: true }).nullable(),
  ),
  event(
    'alert:resolved',
    z.object({
      source: z.string(),
      dedupKey: z.string(),
      /** When we heard of it. */
      at: Instant,
      /** When it ended by the clock of the source, where that says so. */
      endsAt: Instant.optional(),
    }),
    none,
  ),
  event('channel:created', z.object({ channelId: z.string(), channelName: z.string() }), none),
  event('channel:degraded', z.object({ part: z.string(), error: z.string(), consequence: z.string() }), none),
  event(
    'page:ordered',
    z.object({
      pageId: z.string(),
      role: z.string(),
      users: z.array(z.string()),
      attempt: z.number().int(),
      /** Pagers outside Slack that are told as well. */
      pagers: z.array(z.string()).optional(),
      /** The member of an umbrella whose people it calls. */
      member: z.string().optional(),
    }),
    none,
  ),
  event('page:sent', z.object({ pageId: z.string(), userId: z.string(), at: Instant }), none),
  event(
    'page:failed',
    z.object({ pageId: z.string(), userId: z.string().nullable(), error: z.string() }),
    none,
  ),
  event(
    'page:acknowledged',
    z.object({
      /** A Slack user; with `pager`, whoever that is there. */
      userId: z.string(),
      at: Instant,
      /** Where it was acknowledged, if not in Slack. */
      pager: z.string().optional(),
      /** The umbrella whose acknowledgement holds for this member too. */
      umbrella: z.string().optional(),
    }),
    z.object({ by: z.string() }).nullish(),
  ),
  /** A pager outside Slack took what it was told. */
  event(
    'pager:accepted',
    z.object({ pager: z.string(), verb: PagerVerb, pageId: z.string().nullable(), at: Instant }),
    none,
  ),
  /** It did not. Written at the 1st, 2nd, 4th, 8th … attempt, and when the error changes. */
  event(
    'pager:failed',
    z.object({
      pager: z.string(),
      verb: PagerVerb,
      pageId: z.string().nullable(),
      attempt: z.number().int(),
      /** Static words and codes, never what the other side wrote. */
      error: z.string(),
      /** When it first failed without having been taken since. */
      since: Instant,
      /** True where it was refused and is not tried again. */
      final: z.boolean(),
      at: Instant,
    }),
    none,
  ),
  /** What it said of its own course and is no link of the chain: somebody resolved the page there, and the like. */
  event(
    'pager:reported',
    z.object({ pager: z.string(), news: PagerNews, at: Instant }),
    z.object({ by: z.string() }).nullish(),
  ),
  /** On the umbrella's stream: an incident of its cause belongs to it. */
  event(
    'member:linked',
    z.object({ incident: z.string(), agentId: z.string().nullable(), at: Instant }),
    z.object({ agentLabel: z.string() }).nullish(),
  ),
  event('member:closed', z.object({ incident: z.string(), at: Instant }), none),
  /** On a member's stream: it belongs to an umbrella. */
  event('umbrella:linked', z.object({ umbrella: z.string(), ownChannel: z.boolean(), at: Instant }), none),
  /** The umbrella's page has gone out, and is this member's as well. */
  event('umbrella:paged', z.object({ umbrella: z.string(), at: Instant }), none),
  /** The umbrella is closed, and this member is not. */
  event('umbrella:closed', z.object({ umbrella: z.string(), at: Instant }), none),
  event(
    'link:supplied',
    z.object({ link: LinkName, at: Instant }),
    z.object({ source: z.string() }).nullable(),
  ),
  event('role:assigned', z.object({ role: z.string(), userId: z.string(), claimed: z.boolean() }), none),
  event('severity:changed', z.object({ from: Severity, to: Severity }), text),
  event('status:changed', z.object({ from: IncidentStatus, to: IncidentStatus }), text),
  event(
    'note:added',
    z.object({
      by: z.string(),
      originalAt: Instant,
      permalink: z.string().nullable(),
      ts: z.string().nullable(),
      how: z.enum(['command', 'reaction']),
    }),
    text,
  ),
  /** What people outside the response are told. */
  event('update:published', z.object({ updateId: z.string(), by: z.string(), at: Instant }), text),
  event('harm:confirmed', z.object({ by: z.string(), at: Instant }), none),
  event('halt:linked', z.object({ haltId: z.string() }), none),
  event(
    'containment:reached',
    z.object({
      haltId: z.string(),
      at: Instant,
      clockStartedAt: Instant,
      seconds: z.number(),
      withinTarget: z.boolean(),
    }),
    none,
  ),
  event(
    'checklist:opened',
    z.object({
      actionClass: z.string(),
      operator: z.string(),
      registryHash: z.string(),
      budgetsFrom: Instant.nullable(),
    }),
    none,
  ),
  event('step:started', z.object({ ...step, by: z.string(), at: Instant }), none),
  event(
    'step:done',
    z.object({ ...step, by: z.string(), at: Instant }),
    z.object({ evidence: z.string() }).nullable(),
  ),
  event(
    'checklist:substituted',
    z.object({ actionClass: z.string(), by: z.string(), at: Instant }),
    z.object({ why: z.string() }).nullable(),
  ),
  event(
    'checklist:verified',
    z.object({ actionClass: z.string(), by: z.string(), at: Instant }),
    z.object({ evidence: z.string() }).nullable(),
  ),
  event(
    'budget:warned',
    z.object({
      actionClass: z.string(),
      budgetId: z.string(),
      percent: z.union([z.literal(50), z.literal(80), z.literal(100)]),
      at: Instant,
    }),
    none,
  ),
  event('press:refused', z.object({ what: z.string(), userId: z.string(), why: z.string() }), none),
  event('tripwires:replayed', Replayed, z.object({ sentences: z.array(z.string()) }).nullish()),
  event(
    'post-mortem:drafted',
    /** `runbooks`: what the draft took from the registry, so that it can be rendered again from here alone. */
    z.object({ digest: z.string(), at: Instant, runbooks: RunbookExtract }),
    none,
  ),
  event(
    'post-mortem:posted',
    z.object({ fileId: z.string().nullable(), permalink: z.string().nullable() }),
    none,
  ),
  event('incident:closed', z.object({ by: z.string(), at: Instant }), text),
]);
export type IncidentEvent = z.infer<typeof IncidentEvent>;
