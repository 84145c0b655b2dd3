/** Every command, button and form: an answer within three seconds, and never silence, although all behind it fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/slack/actions/index.js';
import { runCommand } from '../../src/slack/commands/define-command.js';
import { COMMANDS } from '../../src/slack/commands/index.js';
import { InFlightWork } from '../../src/slack/door/answer.js';
import type { Door } from '../../src/slack/door/press.js';
import { RecentKeys } from '../../src/slack/door/recent-keys.js';
import type { Press, Reply } from '../../src/slack/door/reply.js';
import { serve } from '../../src/slack/door/serve.js';
import { VIEWS } from '../../src/slack/views/index.js';
import type { Store } from '../../src/store/types.js';
import { aScene, COMMAND_NAMES, SUBMITTED, TAPPED, TYPED, type Scene } from '../support/every-press.js';

/** Slack waits no longer. */
const SLACK_WAITS_MS = 3_000;

interface Listener {
  readonly what: string;
  readonly run: (door: Door, press: Press, scene: Scene) => Promise<Reply | undefined>;
}

const typed = COMMAND_NAMES.map((what): Listener => {
  const command = COMMANDS.find(({ name }) => what.split(' ')[0] === name);
  if (command === undefined) throw new Error(`there is no ${what}`);
  return {
    what,
    run: (door, press, scene) => runCommand(command, door, { press, text: TYPED[what]?.(scene) ?? '' }),
  };
});
const tapped = ACTIONS.map((action): Listener => ({
  what: `the button ${action.id}`,
  run: (door, press, scene) => {
    const value = TAPPED[action.id]?.(scene) ?? {};
    return action.run(door, press, typeof value === 'string' ? value : JSON.stringify(value));
  },
}));
const submitted = VIEWS.map((view): Listener => ({
  what: `the form ${view.callbackId}`,
  run: (door, press, scene) => {
    const { context = {}, values = {} } = SUBMITTED[view.callbackId]?.(scene) ?? {};
    const given = new Map(Object.entries(values));
    return view.run(door, { press, context, value: (id) => given.get(id) ?? null });
  },
}));
/** A link: Slack opens it by itself. */
const LISTENERS = [...typed, ...tapped, ...submitted].filter(
  ({ what }) => !what.includes('post-mortem:open'),
);

/** A store of which nothing comes back but this. */
function failing(store: Store, fate: () => Promise<never>): Store {
  const broken: Store = new Proxy(store, {
    get: (target, name) => {
      if (name === 'urgent') return broken;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? fate : member;
    },
  });
  return broken;
}

const FATES: readonly (readonly [string, () => Promise<never>])[] = [
  ['the database fails', () => Promise.reject(new Error('disk full'))],
  ['the database never answers', () => new Promise(() => undefined)],
];

/** What Slack is told at first, how long that took, and what the person is shown in the end. */
async function served(listener: Listener, scene: Scene, fate: () => Promise<never>) {
  const deps = { ...scene.deps, store: failing(scene.deps.store, fate) };
  const door = { ...scene.door, deps, work: new InFlightWork(), recent: new RecentKeys(10) };
  const press: Press = {
    reference: 'ref',
    userId: 'U0IC1',
    channelId: 'C0INC1',
    triggerId: 'trigger',
    openModal: fate,
  };
  const shown: Reply[] = [];
  const began = performance.now();
  let acknowledgedMs = Number.POSITIVE_INFINITY;
  const acknowledge = (reply: Reply | undefined): Promise<boolean> => {
    acknowledgedMs = performance.now() - began;
    if (reply !== undefined) shown.push(reply);
    return Promise.resolve(true);
  };
  const show = (reply: Reply): Promise<void> => Promise.resolve(void shown.push(reply));
  const { what } = listener;
  const work = () => listener.run(door, press, scene);
  await Promise.race([
    serve(door, { press, key: what, what, work, delivery: { acknowledge, show } }),
    sleep(SLACK_WAITS_MS),
  ]);
  return { what, acknowledgedMs, words: shown.map(({ text }) => text).join(' ') };
}

describe.each(FATES)('when %s', (_name, fate) => {
  it('everybody who presses, types or submits is answered in time, in words', async () => {
    const scene = await aScene();

    const answers = await Promise.all(LISTENERS.map((listener) => served(listener, scene, fate)));

    expect(answers.length).toBeGreaterThan(50);
    expect(answers.filter(({ acknowledgedMs }) => acknowledgedMs > SLACK_WAITS_MS)).toEqual([]);
    expect(answers.filter(({ words }) => words.trim() === '')).toEqual([]);
  });

  it('nobody is told that something is done which was not', async () => {
    const scene = await aScene();

    const answers = await Promise.all(LISTENERS.map((listener) => served(listener, scene, fate)));

    const claims =
      /is lifted|Released:|Rejected:|is \*SEV|On the timeline|has begun|stands, and asks|You are \*/u;
    expect(answers.filter(({ words }) => claims.test(words))).toEqual([]);
  });
});
