/** Submitting and closing modals, and doing what the bot answered. */
import { isObject, objectIn, textIn, type Json } from '../json.js';
import type { SandboxPerson } from '../options.js';
import { prepareView } from '../web-api/views.js';
import type { World } from '../world.js';
import { fillIn, type FormValues } from './form.js';
import { dispatch, type Outcome } from './outcome.js';
import { interaction } from './payloads.js';

/** Fills in and submits the topmost modal. The modal stays when the bot complains or does not answer. */
export async function submitModal(world: World, person: SandboxPerson, values: FormValues): Promise<Outcome> {
  const view = topmost(world, person);
  const triggerId = world.triggers.mint({ userId: person.id, viewId: textIn(view, 'id') });
  const submitted = { ...view, state: fillIn(view, values) };
  const payload = {
    ...interaction('view_submission', person, triggerId),
    view: submitted,
    response_urls: [],
  };
  const outcome = await dispatch(world, 'interactive', payload);
  return outcome.error === undefined ? follow(world, person, view, outcome) : outcome;
}

/** Closes the topmost modal; the bot hears of it when the view has `notify_on_close`. */
export async function closeModal(world: World, person: SandboxPerson, isCleared: boolean): Promise<Outcome> {
  const view = topmost(world, person);
  if (isCleared) world.views.clear(person.id);
  else world.views.pop(person.id);
  if (view['notify_on_close'] !== true)
    return { ack: undefined, elapsedMs: 0, timedOut: false, triggerId: '' };
  const { trigger_id: _none, ...about } = interaction('view_closed', person, '');
  return dispatch(world, 'interactive', { ...about, view, is_cleared: isCleared });
}

function topmost(world: World, person: SandboxPerson): Json {
  const view = world.views.top(person.id);
  if (view === undefined) throw new Error(`${person.name} has no modal open`);
  return view;
}

function follow(world: World, person: SandboxPerson, view: Json, outcome: Outcome): Outcome {
  const answer = isObject(outcome.ack) ? outcome.ack : {};
  switch (answer['response_action']) {
    case 'errors':
      return complain(view, objectIn(answer, 'errors'), outcome);
    case 'clear':
      world.views.clear(person.id);
      return outcome;
    case 'update':
    case 'push':
      return show(world, person, { view, answer }, outcome);
    default:
      if (world.views.top(person.id)?.['id'] === view['id']) world.views.pop(person.id);
      return outcome;
  }
}

/** Slack shows an error only beside a block that exists. */
function complain(view: Json, errors: Json, outcome: Outcome): Outcome {
  const state = JSON.stringify(view['blocks']);
  const strays = Object.keys(errors).filter(
    (blockId) => !state.includes(`"block_id":${JSON.stringify(blockId)}`),
  );
  const isEmpty = Object.keys(errors).length === 0;
  return {
    ...outcome,
    errors,
    ...(strays.length > 0 || isEmpty ? { error: 'invalid_response_errors' } : {}),
  };
}

function show(
  world: World,
  person: SandboxPerson,
  { view, answer }: { view: Json; answer: Json },
  outcome: Outcome,
): Outcome {
  const next = prepareView(answer['view'], 'modal');
  if ('ok' in next) return { ...outcome, error: describe(next) };
  if (answer['response_action'] === 'update') world.views.update(textIn(view, 'id'), next);
  else if (world.views.push(person.id, next) === undefined)
    return { ...outcome, error: 'push_limit_reached' };
  return outcome;
}

function describe(refusal: Json): string {
  return [refusal['error'], ...Object.values(objectIn(refusal, 'response_metadata')).flat()].join(' ');
}
