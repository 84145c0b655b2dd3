/** Every command, button and form there is: each has its row in the permission table, and each keeps it. */
import { describe, expect, it } from 'vitest';
import { PERMISSIONS, PRESSES } from '../../src/core/role.js';
import { PLANE_STREAM } from '../../src/operations/halting/read-plane.js';
import { ACTIONS } from '../../src/slack/actions/index.js';
import { runCommand } from '../../src/slack/commands/define-command.js';
import { COMMANDS } from '../../src/slack/commands/index.js';
import type { Press, Reply } from '../../src/slack/door/reply.js';
import { serve } from '../../src/slack/door/serve.js';
import { VIEWS } from '../../src/slack/views/index.js';
import {
  ACTION_NAMES,
  aScene,
  COMMAND_NAMES,
  SUBMITTED,
  TAPPED,
  TYPED,
  VIEW_NAMES,
  type Scene,
} from '../support/every-press.js';

const NOBODY = 'U0NOBODY';

const press: Press = {
  reference: 'ref',
  userId: NOBODY,
  channelId: 'C0INC1',
  triggerId: null,
  openModal: () => Promise.reject(new Error('a form was opened for somebody who may not')),
};

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
