/**
 * Modals and home tabs. Ours, not emulate's: emulate can neither close a modal nor share our clock.
 * Each person has one stack of at most three modals and one home tab.
 */
import { APP_ID, BOT_ID, TEAM_ID } from '../options.js';
import { textIn, type Json } from '../json.js';

/** A view as Slack describes it, with `id`, `hash`, `root_view_id` and `blocks`. */
export type View = Json;

export interface Views {
  find(idOrExternalId: string): View | undefined;
  top(userId: string): View | undefined;
  home(userId: string): View | undefined;
  ownerOf(viewId: string): string | undefined;
  /** Replaces whatever the person had open. */
  open(userId: string, view: Json): View;
  /** Undefined when three are open already. */
  push(userId: string, view: Json): View | undefined;
  update(viewId: string, view: Json): View;
  publish(userId: string, view: Json): View;
  /** Closes the topmost modal. */
  pop(userId: string): void;
  clear(userId: string): void;
}

const STACK_LIMIT = 3;
let hashes = 0;

/** Keeps the views of one workspace. */
export function createViews(): Views {
  const byId = new Map<string, View>();
  const stacks = new Map<string, readonly string[]>();
  const homes = new Map<string, string>();
  const stackOf = (userId: string) => stacks.get(userId) ?? [];
  const read = (id: string | undefined) => (id === undefined ? undefined : byId.get(id));

  function keep(view: Json, links: Json): View {
    const made = describe(view, links);
    byId.set(textIn(made, 'id'), made);
    return made;
  }

  function forget(ids: readonly string[]): void {
    for (const id of ids) byId.delete(id);
  }

  function stackUp(userId: string, below: readonly string[], view: Json): View {
    const id = newId();
    stacks.set(userId, [...below, id]);
    return keep(view, { id, root_view_id: below[0] ?? id, previous_view_id: below.at(-1) ?? null });
  }

  return {
    find: (id) => byId.get(id) ?? [...byId.values()].find((view) => id !== '' && view['external_id'] === id),
    top: (userId) => read(stackOf(userId).at(-1)),
    home: (userId) => read(homes.get(userId)),
    ownerOf: (viewId) =>
      [...stacks].find(([, ids]) => ids.includes(viewId))?.[0] ??
      [...homes].find(([, id]) => id === viewId)?.[0],
    open: (userId, view) => {
      forget(stackOf(userId));
      return stackUp(userId, [], view);
    },
    push: (userId, view) =>
      stackOf(userId).length >= STACK_LIMIT ? undefined : stackUp(userId, stackOf(userId), view),
    update: (viewId, view) => {
      const { id, root_view_id, previous_view_id } = byId.get(viewId) ?? {};
      return keep(view, { id, root_view_id, previous_view_id });
    },
    publish: (userId, view) => {
      const id = homes.get(userId) ?? newId();
      homes.set(userId, id);
      return keep(view, { id, root_view_id: id, previous_view_id: null });
    },
    pop: (userId) => {
      forget(stackOf(userId).slice(-1));
      stacks.set(userId, stackOf(userId).slice(0, -1));
    },
    clear: (userId) => {
      forget(stackOf(userId));
      stacks.delete(userId);
    },
  };
}

function describe(view: Json, links: Json): View {
  return {
    team_id: TEAM_ID,
    app_id: APP_ID,
    app_installed_team_id: TEAM_ID,
    bot_id: BOT_ID,
    title: null,
    submit: null,
    close: null,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    state: { values: {} },
    clear_on_close: false,
    notify_on_close: false,
    ...view,
    ...links,
    hash: `${Date.now()}.${(hashes += 1)}`,
  };
}

function newId(): string {
  return `V${crypto.randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`;
}
