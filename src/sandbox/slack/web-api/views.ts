/** views.open, push, update and publish. */
import { checkView } from '../block-kit/check-view.js';
import { withIds } from '../block-kit/with-ids.js';
import { isObject, objectsIn, textIn, type Json } from '../json.js';
import type { Trigger } from '../state/triggers.js';
import type { World } from '../world.js';
import { done, refused } from './reply.js';

/** views.open: takes a fresh trigger, replaces whatever the person had open. */
export function openView(world: World, args: Json): Json {
  return withTrigger(world, args, ({ userId }, view) => done({ view: world.views.open(userId, view) }));
}

/** views.push: goes on top of the modal in which the person acted, three deep at most. */
export function pushView(world: World, args: Json): Json {
  return withTrigger(world, args, ({ userId, viewId }, view) => {
    if (viewId === undefined || world.views.find(viewId) === undefined) return refused('view_not_found');
    const pushed = world.views.push(userId, view);
    return pushed ? done({ view: pushed }) : refused('push_limit_reached');
  });
}

/** views.update: by `view_id` or `external_id`, guarded by `hash` when the caller gives one. */
export function updateView(world: World, args: Json): Json {
  const old = world.views.find(textIn(args, 'view_id') || textIn(args, 'external_id'));
  if (old === undefined) return refused('not_found');
  if (isStale(old, args)) return refused('hash_conflict');
  const view = readView(args, textIn(old, 'type'));
  return 'ok' in view ? view : done({ view: world.views.update(textIn(old, 'id'), view) });
}

/** views.publish: the home tab of one person. */
export function publishView(world: World, args: Json): Json {
  const userId = textIn(args, 'user_id');
  if (!world.settings.users.some(({ id }) => id === userId)) return refused('user_not_found');
  const old = world.views.home(userId);
  if (old && isStale(old, args)) return refused('hash_conflict');
  const view = readView(args, 'home');
  return 'ok' in view ? view : done({ view: world.views.publish(userId, view) });
}

/** The view with its ids filled in, or the refusal (which has `ok`). */
export function prepareView(view: unknown, type: string): Json {
  return readView({ view }, type);
}

function readView(args: Json, type: string): Json {
  const view = args['view'];
  const problem = checkView(view, type);
  if (problem) return problem;
  return isObject(view)
    ? { ...view, blocks: withIds(objectsIn(view, 'blocks')) }
    : refused('invalid_arguments');
}

function withTrigger(world: World, args: Json, act: (trigger: Trigger, view: Json) => Json): Json {
  const view = readView(args, 'modal');
  if ('ok' in view) return view;
  const external = textIn(view, 'external_id');
  if (external !== '' && world.views.find(external)) return refused('duplicate_external_id');
  const trigger = world.triggers.exchange(
    textIn(args, 'trigger_id') || textIn(args, 'interactivity_pointer'),
  );
  return typeof trigger === 'string' ? refused(trigger) : act(trigger, view);
}

function isStale(view: Json, args: Json): boolean {
  const hash = textIn(args, 'hash');
  return hash !== '' && hash !== view['hash'];
}
