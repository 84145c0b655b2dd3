/**
 * What may stand in each runbook file. Objects are strict: a misspelt key would otherwise be a silent default.
 * The words after `got …;` in a fault come from here, so they say what to write.
 */
import { z } from 'zod';
import { ActionClassName } from '../core/action-class.js';
import { TripwireName } from '../core/alert.js';
import { HaltMode } from '../core/halt.js';
import { UmbrellaSetting } from '../core/umbrella.js';
import { isOutgoingUrl } from '../core/outgoing-url.js';
import { isCron, isTimezone, minutesOf } from './time-words.js';
import { AgentRules, GeneralRules } from './tripwire-rules-file.js';

/** A checklist is one Slack message: its texts have to fit (3,000 characters a section, 50 blocks). */
const LONGEST_INSTRUCTION = 900;
const LONGEST_EVIDENCE = 400;
const MOST_STEPS = 12;

const Line = z.string().trim().min(1).max(150);
const Kebab = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/u, 'write up to 40 small letters, digits and hyphens, like restore-rows');
const UserId = z
  .string()
  .regex(/^[UW][A-Z0-9]+$/u, 'write a Slack user id such as U0SRE1 (profile, ⋮, Copy member ID)');
const OwnerId = z
  .string()
  .regex(/^[UWS][A-Z0-9]+$/u, 'write the Slack id of a user (U0OWNER1) or of a user group (S0OWNERS)');
const UserGroup = z
  .string()
  .regex(
    /^(?:S[A-Z0-9]+|[a-z0-9][a-z0-9._-]*)$/u,
    'write the id (S0SRE) or handle without @ (sre-oncall) of a user group',
  );
const Timezone = z.string().refine(isTimezone, 'write a time zone such as Europe/Berlin or UTC');
const Cron = z
  .string()
  .refine(isCron, 'write minute, hour, day, month and weekday, such as 0 10 1 1,4,7,10 *');
const Minutes = z
  .string()
  .refine((text) => minutesOf(text) !== undefined, 'write a time such as 30 min, 4 h or 7 d')
  .transform((text) => minutesOf(text) ?? 0);

const BlastRadius = z.enum(['low', 'medium', 'high']);

/** Addresses that signed orders are sent to. In the clear only within this machine. */
const ActuatorUrl = z
  .string()
  .refine(isOutgoingUrl, 'write an https address without user and password (http for localhost only)');
const SecretName = z
  .string()
  .regex(
    /^HALTLINE_ACTUATOR_[A-Z0-9_]{1,60}$/u,
    'write the name of an environment variable that begins with HALTLINE_ACTUATOR_',
  );
const ActuatorReach = z
  .strictObject({
    tools: z.array(z.string().min(1)).default([]),
    actionClasses: z.array(ActionClassName).default([]),
  })
  .refine(
    ({ tools, actionClasses }) => tools.length + actionClasses.length > 0,
    'list at least one of tools or actionClasses, or write agent',
  );
const Actuator = z.strictObject({
  name: Kebab,
  kind: z.literal('webhook'),
  url: ActuatorUrl,
  statusUrl: ActuatorUrl.optional(),
  secretEnv: SecretName,
  stops: z.preprocess((value) => (value === 'agent' ? undefined : value), ActuatorReach.optional()),
  modes: z.array(HaltMode).min(1).default(['deny']),
  slaSeconds: z.number().positive().optional(),
  releasable: z.boolean(),
});

const Agent = z.strictObject({
  id: Kebab,
  title: Line,
  owners: z.array(OwnerId).min(1),
  vendor: z.strictObject({ name: Line, killSwitchSlaSeconds: z.number().int().positive().nullable() }),
  tools: z
    .array(z.strictObject({ name: Line, actionClass: ActionClassName, blastRadius: BlastRadius }))
    .min(1),
  consumers: z.array(z.strictObject({ kind: z.enum(['agent', 'system', 'surface']), name: Line })),
  transactionBearing: z.boolean(),
  actuators: z.array(Actuator).default([]),
});

/** `agents.yml` */
export const AgentsFile = z.strictObject({ agents: z.array(Agent).min(1) });

/** One block of `roles.yml`. */
export const Role = z.strictObject({
  title: Line,
  duties: z.string().trim().min(1).max(1500),
  userIds: z.array(UserId).default([]),
  userGroups: z.array(UserGroup).default([]),
});

/** `roles.yml` */
export const RolesFile = z.strictObject({
  /** True: anybody may halt, flagged loudly and to be reviewed. */
  breakGlass: z.boolean().default(false),
  roles: z.record(Kebab, Role),
});

const Route = z.strictObject({
  roles: z.array(z.string()).min(1),
  acknowledgeWithinMinutes: z.number().int().positive().max(1440),
  /** halt: stops the narrowest thing that stops it, before anybody is awake, and pages as well. */
  mode: z.enum(['page', 'halt']).default('page'),
});

const routes = {
  'cost-rate': Route,
  'action-rate': Route,
  outcome: Route,
  authorisation: Route,
  silence: Route,
  'enforcement-gap': Route,
  unknown: Route,
  declared: Route,
} satisfies Record<TripwireName | 'unknown' | 'declared', typeof Route>;

/** `tripwires.yml` */
export const TripwiresFile = z.strictObject({
  /** How many halts all tripwires together may order in an hour; after that they page people. */
  haltsPerHour: z.number().int().min(0).max(100).default(3),
  umbrella: UmbrellaSetting,
  alertNames: z.record(z.string().min(1), TripwireName),
  routes: z.strictObject(routes),
  /** How late telemetry may come and still be held against every window that it belongs to. */
  lateMinutes: z.number().int().min(0).max(60).default(5),
  /** Haltline's own wires: a rule that is not written here, or has no mode, runs in shadow. */
  rules: GeneralRules.default({}),
  agents: z.record(z.string(), AgentRules).default({}),
});

const Step = z.strictObject({
  id: Kebab,
  instruction: z.string().trim().min(1).max(LONGEST_INSTRUCTION),
  evidence: z.string().trim().min(1).max(LONGEST_EVIDENCE),
});

/** `action-classes/<name>.yml`; the file's name is the name of the class. */
export const ActionClassFile = z.strictObject({
  title: Line,
  operator: z.string(),
  steps: z.array(Step).min(1).max(MOST_STEPS),
  budgets: z
    .array(z.strictObject({ id: Kebab, covers: Line, within: Minutes, stoppedBy: Kebab.optional() }))
    .min(1),
  substitute: z.strictObject({
    when: z.string().trim().min(1).max(LONGEST_INSTRUCTION),
    steps: z.array(Step).min(1).max(MOST_STEPS),
  }),
  verification: Step.omit({ id: true }),
  allowReadsWhenIsolated: z.boolean(),
});

/** `drills/<id>.yml`; the file's name is the id of the drill. */
export const DrillFile = z.strictObject({
  title: Line,
  cron: Cron,
  timezone: Timezone,
  channel: z
    .string()
    .regex(
      /^(?:[a-z0-9_-]{1,80}|[CG][A-Z0-9]+)$/u,
      'write the channel without #, like agent-incidents, or its id',
    ),
  agentId: z.string(),
  tripwire: TripwireName,
  scenario: z.string().trim().min(1).max(2500),
  objectives: z.array(z.string().trim().min(1).max(300)).min(1).max(10),
});
