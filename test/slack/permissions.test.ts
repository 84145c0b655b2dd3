/** Every command, button and form there is: each has its row in the permission table, and each keeps it. */
import { onTestFinished, describe, expect, it } from 'vitest';
import { PERMISSIONS, PRESSES } from '../../src/core/role.js';
import { attemptDigest } from '../../src/operations/attempt-digest.js';
import type { Deps } from '../../src/operations/deps.js';
import { openChecklist } from '../../src/operations/open-checklist.js';
import { orderHalt } from '../../src/operations/order-halt.js';
import { PLANE_STREAM } from '../../src/operations/read-plane.js';
import { recordAttemptIn } from '../../src/operations/record-attempt.js';
import { requestLift } from '../../src/operations/request-lift.js';
import { ACTIONS } from '../../src/slack/actions/index.js';
import { createSlackClients } from '../../src/slack/clients.js';
import { runCommand } from '../../src/slack/commands/define-command.js';
import { COMMANDS } from '../../src/slack/commands/index.js';
import { InFlightWork } from '../../src/slack/door/answer.js';
import type { Door } from '../../src/slack/door/press.js';
import { RecentKeys } from '../../src/slack/door/recent-keys.js';
import type { Press, Reply } from '../../src/slack/door/reply.js';
import { serve } from '../../src/slack/door/serve.js';
import { VIEWS } from '../../src/slack/views/index.js';
import { openByAlert, openDesk, person } from '../support/desk.js';

const NOBODY = 'U0NOBODY';
const SRE = person('U0SRE1');

interface Scene {
  readonly door: Door;
  readonly deps: Deps;
  readonly incident: string;
  readonly haltId: string;
  readonly digest: string;
  /** What a second order holds. */
  readonly held: { readonly id: string; readonly digest: string };
}

async function aScene(): Promise<Scene> {
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

const press: Press = {
  reference: 'ref',
  userId: NOBODY,
  channelId: 'C0INC1',
  triggerId: null,
  openModal: () => Promise.reject(new Error('a form was opened for somebody who may not')),
};

/** What somebody types, taps or submits for each row that is not open to all. */
const TYPED: Readonly<Record<string, (scene: Scene) => string>> = {
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
  '/incident update': () => 'update all is well',
  '/incident severity': () => 'severity sev3',
  '/incident close': () => 'close done',
  '/drill start': ({ deps }) => `start ${[...deps.registry.drills.keys()][0] ?? ''}`,
};

const TAPPED: Readonly<Record<string, (scene: Scene) => object | string>> = {
  'halt:all': ({ incident }) => ({ incident }),
  'halt:agent': ({ incident }) => ({ incident, agentId: 'billing-agent' }),
  'halt:one-tap': ({ incident }) => ({ scope: { kind: 'all' }, incident, askedBy: 'U0X' }),
  'halt:keep': ({ haltId }) => ({ haltId }),
  'halt:review': ({ haltId }) => ({ haltId }),
  'lift:request': ({ haltId }) => ({ haltId }),
  'lift:approve': ({ haltId, digest }) => ({ haltId, digest }),
  'point:mark': ({ haltId }) => ({ haltId, pointId: 'p' }),
  'held:release': ({ held }) => held,
  'held:reject': ({ held }) => held,
  'harm:confirm': ({ incident }) => ({ incident }),
  'severity:change': ({ incident }) => `${incident}|sev3`,
  'link:supply': ({ incident }) => ({ incident, link: 'action' }),
  'incident:close': ({ incident }) => ({ incident }),
  'drill:start': ({ deps }) => ({ drillId: [...deps.registry.drills.keys()][0] ?? '' }),
};

const SUBMITTED: Readonly<Record<string, (scene: Scene) => { context: object; values: object }>> = {
  'halt:order': () => ({ context: {}, values: { scope: '{"kind":"all"}', mode: 'deny' } }),
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
const COMMAND_NAMES = COMMANDS.flatMap(({ name, subcommands }) => [
  name,
  ...subcommands.map((each) => `${name} ${each.name}`),
]);
const ACTION_NAMES = ACTIONS.map(({ id }) => id);
const VIEW_NAMES = VIEWS.map(({ callbackId }) => callbackId);

/** A bare command opens a form or a list; what the form orders is checked when it comes back. */
const FORMS = new Set(['/halt']);

function isGuarded(name: string): boolean {
  const permission = PRESSES[name];
  return permission !== undefined && PERMISSIONS[permission] !== 'everyone';
}

async function refusedTo(scene: Scene, what: string, work: () => Promise<Reply | undefined>): Promise<Reply> {
  let answered: Reply | undefined;
  await serve(scene.door, {
    press,
    key: null,
    what,
    work,
    delivery: {
      acknowledge: (reply) => {
        answered = reply;
        return Promise.resolve(true);
      },
      show: (reply) => {
        answered = reply;
        return Promise.resolve();
      },
    },
  });
  await scene.door.work.drain();
  if (answered === undefined) throw new Error(`${what} answered nothing`);
  return answered;
}

async function refusals({ deps, incident }: Scene): Promise<unknown[]> {
  const entries = [
    ...(await deps.store.readStream(PLANE_STREAM)),
    ...(await deps.store.readStream(incident)),
  ];
  return entries.filter(({ type }) => type === 'halt:refused' || type === 'press:refused');
}

async function expectRefused(scene: Scene, reply: Reply): Promise<void> {
  const shown = `${reply.text} ${JSON.stringify(reply.blocks ?? [])}`;
  expect(reply.text).toMatch(/needs one of these roles: .+\. Ask somebody who holds one/);
  expect(shown).toMatch(/They may: <@U/);
  expect(await refusals(scene)).toHaveLength(1);
}

describe('every command, button and form', () => {
  it('has a row in the permission table, and no row is idle', () => {
    const registered = [...new Set([...COMMAND_NAMES, ...ACTION_NAMES, ...VIEW_NAMES])];

    expect(Object.keys(PRESSES).toSorted()).toEqual(registered.toSorted());
  });

  it.each(COMMAND_NAMES.filter((name) => isGuarded(name) && !FORMS.has(name)))(
    '%s is refused to whoever may not, journaled, and names who may',
    async (name) => {
      const scene = await aScene();
      const [slash = ''] = name.split(' ');
      const command = COMMANDS.find((each) => each.name === slash);
      const text = TYPED[name]?.(scene);
      if (command === undefined || text === undefined) throw new Error(`say what to type for ${name}`);

      const reply = await refusedTo(scene, name, () => runCommand(command, scene.door, { press, text }));

      await expectRefused(scene, reply);
    },
  );

  it.each(ACTIONS.filter(({ id }) => isGuarded(id)))(
    'the button $id is refused to whoever may not, journaled, and names who may',
    async ({ id, run }) => {
      const scene = await aScene();
      const tapped = TAPPED[id]?.(scene);
      if (tapped === undefined) throw new Error(`say what ${id} carries`);
      const value = typeof tapped === 'string' ? tapped : JSON.stringify(tapped);

      const reply = await refusedTo(scene, id, () => run(scene.door, press, value));

      await expectRefused(scene, reply);
    },
  );

  it.each(VIEWS.filter(({ callbackId }) => isGuarded(callbackId)))(
    'the form $callbackId is refused to whoever may not, journaled, and names who may',
    async ({ callbackId, run }) => {
      const scene = await aScene();
      const submitted = SUBMITTED[callbackId]?.(scene);
      if (submitted === undefined) throw new Error(`say what ${callbackId} carries`);
      const values = new Map(Object.entries(submitted.values));
      const value = (id: string): string | null => values.get(id) ?? null;

      const reply = await refusedTo(scene, callbackId, () =>
        run(scene.door, { press, context: submitted.context, value }),
      );

      await expectRefused(scene, reply);
    },
  );

  it('offers, under a refused halt, to ask everybody who may', async () => {
    const scene = await aScene();
    const [all] = ACTIONS.filter(({ id }) => id === 'halt:all');

    const reply = await refusedTo(scene, 'halt:all', () =>
      Promise.resolve(all?.run(scene.door, press, JSON.stringify({ incident: scene.incident }))),
    );

    expect(JSON.stringify(reply.blocks)).toContain('halt:ask');
  });

  const typed = (text: string) => (scene: Scene) => () => {
    const command = COMMANDS.find(({ name }) => name === '/halt');
    if (command === undefined) throw new Error('there is no /halt');
    return runCommand(command, scene.door, { press, text });
  };

  it('offers nobody a halt in earnest in place of a refused rehearsal', async () => {
    const scene = await aScene();

    const reply = await refusedTo(scene, '/halt rehearse', typed('rehearse all')(scene));

    expect(JSON.stringify(reply.blocks)).not.toContain('halt:ask');
  });

  it('asks for the mode that was refused, not for a full stop', async () => {
    const scene = await aScene();

    const reply = await refusedTo(scene, '/halt degraded', typed('degraded all')(scene));

    expect(JSON.stringify(reply.blocks)).toContain(String.raw`\"mode\":\"degraded\"`);
  });
});
