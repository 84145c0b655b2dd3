import type { HaltScope } from './halt.js';

/** The roles that the permission table knows; `roles.yml` says who holds them. Others may exist for rollback. */
export const CORE_ROLES = [
  'on-call-sre',
  'security-on-call',
  'agent-owner',
  'incident-commander',
  'communications-lead',
  'scribe',
  'legal',
  'operations-queue',
] as const;
export type CoreRole = (typeof CORE_ROLES)[number];

/** Everything a person can ask for that needs a right. */
export type Permission =
  | 'halt'
  | 'halt-keep'
  | 'halt-review'
  | 'halt-ask'
  | 'lift-request'
  | 'lift-approve'
  | 'acknowledge'
  | 'confirm-harm'
  | 'mark-point'
  | 'quarantine-release'
  | 'quarantine-reject'
  | 'declare'
  | 'note'
  | 'update'
  | 'assign-role'
  | 'change-severity'
  | 'change-status'
  | 'supply-link'
  | 'checklist'
  | 'close'
  | 'drill'
  | 'pause-source'
  | 'release-hold'
  | 'resume-source'
  | 'read';

const RESPONDERS: readonly CoreRole[] = [
  'on-call-sre',
  'security-on-call',
  'agent-owner',
  'incident-commander',
];
const COMMAND: readonly CoreRole[] = ['incident-commander', 'on-call-sre', 'security-on-call'];

/**
 * Who may do what. `everyone` is any member of the workspace: hearing of harm must never wait for a right.
 * Halting is open to four roles (the seed demands at least three), lifting is narrower, and an agent's owner
 * never lifts alone (design §2: halting is easy, lifting is hard).
 */
export const PERMISSIONS: Readonly<Record<Permission, readonly CoreRole[] | 'everyone'>> = {
  halt: RESPONDERS,
  'halt-keep': RESPONDERS,
  'halt-review': COMMAND,
  'halt-ask': 'everyone',
  'lift-request': RESPONDERS,
  'lift-approve': COMMAND,
  acknowledge: 'everyone',
  'confirm-harm': RESPONDERS,
  'mark-point': COMMAND,
  'quarantine-release': RESPONDERS,
  'quarantine-reject': RESPONDERS,
  declare: 'everyone',
  note: 'everyone',
  update: ['communications-lead', ...RESPONDERS],
  'assign-role': 'everyone',
  'change-severity': RESPONDERS,
  'change-status': RESPONDERS,
  'supply-link': ['scribe', ...RESPONDERS],
  checklist: 'everyone',
  close: COMMAND,
  drill: COMMAND,
  'pause-source': COMMAND,
  'release-hold': ['legal', 'incident-commander'],
  'resume-source': RESPONDERS,
  read: 'everyone',
};

/**
 * What each command, button and form asks for. Nothing is registered without a row here, and a test walks them all.
 * Who works a checklist is decided by its class as well: `rollback-rules.ts`.
 */
export const PRESSES: Readonly<Record<string, Permission>> = {
  '/halt': 'halt',
  '/halt all': 'halt',
  '/halt agent': 'halt',
  '/halt tool': 'halt',
  '/halt class': 'halt',
  '/halt action': 'halt',
  '/halt degraded': 'halt',
  '/halt quarantine': 'halt',
  '/halt rehearse': 'halt',
  '/halt status': 'read',
  '/halt lift': 'lift-request',
  '/incident': 'declare',
  '/incident declare': 'declare',
  '/incident status': 'change-status',
  '/incident note': 'note',
  '/incident update': 'update',
  '/incident role': 'assign-role',
  '/incident severity': 'change-severity',
  '/incident rollback': 'checklist',
  '/incident close': 'close',
  '/drill': 'read',
  '/drill list': 'read',
  '/drill start': 'drill',
  '/drill score': 'read',
  'halt:all': 'halt',
  'halt:agent': 'halt',
  'halt:one-tap': 'halt',
  'halt:order': 'halt',
  'halt:ask': 'halt-ask',
  'halt:keep': 'halt-keep',
  'halt:review': 'halt-review',
  'lift:request': 'lift-request',
  'lift:approve': 'lift-approve',
  'point:mark': 'mark-point',
  'held:release': 'quarantine-release',
  'held:reject': 'quarantine-reject',
  'held:show': 'read',
  'page:acknowledge': 'acknowledge',
  'harm:confirm': 'confirm-harm',
  'role:claim': 'assign-role',
  'severity:change': 'change-severity',
  'link:supply': 'supply-link',
  'step:start': 'checklist',
  'step:done': 'checklist',
  'checklist:substitute': 'checklist',
  'checklist:verify': 'checklist',
  'incident:declare': 'declare',
  'incident:close': 'close',
  'drill:start': 'drill',
  'post-mortem:open': 'read',
};

/** What the table needs to know of one person, about one agent or the whole fleet. */
export interface RolesHeld {
  /** Roles by user group, by id in roles.yml, or claimed in the incident. */
  readonly roles: readonly string[];
  /** Agents that this person owns. */
  readonly owns: readonly string[];
}

/** May this person do it? Ownership counts as `agent-owner` only for an agent the order touches. */
export function may(permission: Permission, held: RolesHeld, scope?: HaltScope): boolean {
  const allowed = PERMISSIONS[permission];
  if (allowed === 'everyone') return true;
  const roles = effectiveRoles(held, scope);
  return allowed.some((role) => roles.includes(role));
}

/** The roles that count for this scope: `agent-owner` is added where the person owns an affected agent. */
export function effectiveRoles(held: RolesHeld, scope?: HaltScope): string[] {
  const roles = held.roles.filter((role) => role !== 'agent-owner');
  return ownsAffected(held, scope) ? [...roles, 'agent-owner'] : roles;
}

function ownsAffected({ owns }: RolesHeld, scope: HaltScope | undefined): boolean {
  if (owns.length === 0) return false;
  if (scope === undefined || scope.kind === 'all') return true;
  const agentId = 'agentId' in scope ? scope.agentId : undefined;
  return agentId === undefined || owns.includes(agentId);
}

/** The roles to name (and page) when somebody is refused. */
export function rolesThatMay(permission: Permission): readonly CoreRole[] {
  const allowed = PERMISSIONS[permission];
  return allowed === 'everyone' ? CORE_ROLES : allowed;
}
