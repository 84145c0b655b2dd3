/** An incident with everything that can be pressed about, and what each command, button and form would carry. */
import { onTestFinished } from 'vitest';
import { attemptDigest } from '../../src/operations/quarantine/attempt-digest.js';
import type { Deps } from '../../src/operations/deps.js';
import { openChecklist } from '../../src/operations/rollback/open-checklist.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { recordAttemptIn } from '../../src/operations/quarantine/record-attempt.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { ACTIONS } from '../../src/slack/actions/index.js';
import { createSlackClients } from '../../src/slack/clients.js';
import { COMMANDS } from '../../src/slack/commands/index.js';
import { InFlightWork } from '../../src/slack/door/answer.js';
import type { Door } from '../../src/slack/door/press.js';
import { RecentKeys } from '../../src/slack/door/recent-keys.js';
import { VIEWS } from '../../src/slack/views/index.js';
import { openByAlert, openDesk, person } from './desk.js';

const SRE = person('U0SRE1');

export interface Scene {
  readonly door: Door;
  readonly deps: Deps;
  readonly incident: string;
  readonly haltId: string;
  readonly digest: string;
  /** What a second order holds. */
  readonly held: { readonly id: string; readonly digest: string };
}

export async function aScene(): Promise<Scene> {
  const { deps } = await openDesk();
  const incident = await openByAlert(deps);
  const order = { mode: 'deny', reason: 'why', originChannel: null, actor: SRE } as const;
  const { haltId } = await orderHalt(deps, { ...order, scope: { kind: 'all' }, incident });
  const { digest } = await requestLift(deps, { haltId, reason: 'fixed', actor: SRE, person: 'U0SRE1' });
  await openChecklist(deps, { incident, actionClass: 'database-write', actor: SRE });
  await deps.store.transact((tx) => tx.setIncident('incident', 1, { channelId: 'C0INC1' }));
  const held = await holdOne(deps);
  const clients = createSlackClients({ botToken: 'xoxb-1', apiUrl: 'http://127.0.0.1:9/', log: deps.log });
  const work = new InFlightWork();
  onTestFinished(() => work.drain());
  return { deps, incident, haltId, digest, held, door: { deps, clients, work, recent: new RecentKeys(10) } };
}

/** As it waits under an order that came before the others. */
async function holdOne(deps: Deps) {
  const attempt = {
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    actionClass: 'refund',
    actionId: 'act-1',
  };
  const id = 'Q-1';
  const digest = attemptDigest(attempt, { amount: 100 });
  const data = { id, ...attempt, readOnly: false, digest, haltId: 'H-1', at: deps.now() };
  const event = { type: 'attempt:held' as const, data, private: { parameters: { amount: 100 } } };
  await deps.store.transact((tx) => recordAttemptIn(tx, deps, { id, event, actor: SRE }));
  return { id, digest };
}

/** What somebody types for each command that takes words. */
export const TYPED: Readonly<Record<string, (scene: Scene) => string>> = {
  '/halt': () => '',
  '/halt all': () => 'all it is on fire',
  '/halt agent': () => 'agent billing-agent',
  '/halt tool': () => 'tool stripe.refund in billing-agent',
  '/halt class': () => 'class database-write',
  '/halt action': () => 'action act-1',
  '/halt degraded': () => 'degraded all',
  '/halt quarantine': () => 'quarantine all',
  '/halt rehearse': () => 'rehearse',
  '/halt lift': ({ haltId }) => `lift ${haltId} fixed`,
  '/incident status': () => 'status contained it is off',
  '/halt status': () => 'status',
  '/incident declare': () => 'declare',
  '/incident note': () => 'note it is off',
  '/incident role': () => 'role scribe',
  '/incident rollback': () => 'rollback database-write',
  '/incident update': () => 'update all is well',
  '/drill list': () => 'list',
  '/drill score': () => 'score',
  '/incident severity': () => 'severity sev3',
  '/incident close': () => 'close done',
  '/drill start': ({ deps }) => `start ${[...deps.registry.drills.keys()][0] ?? ''}`,
};

/** What each button carries. */
export const TAPPED: Readonly<Record<string, (scene: Scene) => object | string>> = {
  'halt:all': ({ incident }) => ({ incident }),
  'halt:agent': ({ incident }) => ({ incident, agentId: 'billing-agent' }),
  'halt:one-tap': ({ incident }) => ({ scope: { kind: 'all' }, incident, askedBy: 'U0X' }),
  'halt:ask': ({ incident }) => ({ scope: { kind: 'all' }, reason: 'it spends', incident }),
  'halt:keep': ({ haltId }) => ({ haltId }),
  'halt:review': ({ haltId }) => ({ haltId }),
  'lift:request': ({ haltId }) => ({ haltId }),
  'lift:approve': ({ haltId, digest }) => ({ haltId, digest }),
  'point:mark': ({ haltId }) => ({ haltId, pointId: 'p' }),
  'held:release': ({ held }) => held,
  'held:reject': ({ held }) => held,
  'held:show': ({ held }) => held,
  'page:acknowledge': ({ incident }) => ({ incident }),
  'role:claim': ({ incident }) => ({ incident, role: 'scribe' }),
  'step:start': ({ incident }) => ({
    incident,
    actionClass: 'database-write',
    stepId: 'freeze',
    substitute: false,
  }),
  'step:done': ({ incident }) => ({
    incident,
    actionClass: 'database-write',
    stepId: 'freeze',
    substitute: false,
  }),
  'checklist:substitute': ({ incident }) => ({ incident, actionClass: 'database-write' }),
  'checklist:verify': ({ incident }) => ({ incident, actionClass: 'database-write' }),
  'harm:confirm': ({ incident }) => ({ incident }),
  'severity:change': ({ incident }) => `${incident}|sev3`,
  'link:supply': ({ incident }) => ({ incident, link: 'action' }),
  'incident:close': ({ incident }) => ({ incident }),
  'drill:start': ({ deps }) => ({ drillId: [...deps.registry.drills.keys()][0] ?? '' }),
};

/** What each form comes back with. */
export const SUBMITTED: Readonly<Record<string, (scene: Scene) => { context: object; values: object }>> = {
  'halt:order': () => ({ context: {}, values: { scope: '{"kind":"all"}', mode: 'deny' } }),
  'incident:declare': () => ({
    context: {},
    values: { agent: 'support-agent', title: 'Letters', surfaced: 'complaint' },
  }),
  'halt:review': ({ haltId }) => ({ context: { haltId }, values: { finding: 'it was right' } }),
  'lift:request': ({ haltId }) => ({ context: { haltId }, values: { reason: 'fixed' } }),
  'point:mark': ({ haltId }) => ({ context: { haltId, pointId: 'p' }, values: { reason: 'unplugged' } }),
  'held:reject': ({ held }) => ({ context: held, values: { reason: 'not this customer' } }),
  'link:supply': ({ incident }) => ({
    context: { incident, link: 'action' },
    values: { at: '1795144300', source: 'the audit log' },
  }),
  'incident:close': ({ incident }) => ({ context: { incident }, values: { why: 'done' } }),
};

/** Everything registered: `/halt all`, `halt:all`, and the callback id of a form. */
export const COMMAND_NAMES = COMMANDS.flatMap(({ name, subcommands }) => [
  name,
  ...subcommands.map((each) => `${name} ${each.name}`),
]);
export const ACTION_NAMES = ACTIONS.map(({ id }) => id);
export const VIEW_NAMES = VIEWS.map(({ callbackId }) => callbackId);
