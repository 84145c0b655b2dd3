/** Registers the modals. A refusal is shown under the input it concerns, so that nothing typed is lost. */
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { clip } from '../../../blocks/escape.js';
import { refusal } from '../../../blocks/refusal.js';
import type { View } from '../views/define-view.js';
import { VIEWS } from '../views/index.js';
import type { Door } from './press.js';
import { arrivalOf } from './press-of.js';
import { serve } from './serve.js';

/** One input's state, whichever element it came from. */
const InputState = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
  selected_date_time: z.number().nullish(),
});
const SubmittedView = z.object({
  private_metadata: z.string().default(''),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});
type SubmittedView = z.infer<typeof SubmittedView>;

export function registerViews(app: App, door: Door): void {
  for (const view of VIEWS) registerView(app, door, view);
}

function registerView(app: App, door: Door, view: View): void {
  app.view({ callback_id: view.callbackId, type: 'view_submission' }, async ({ body, ack }) => {
    const submitted = SubmittedView.parse(body.view);
    const context = parseJson(submitted.private_metadata);
    const { press, show } = arrivalOf(door, body, channelOf(context));
    let refused: string | undefined;
    let isWhole = true;
    await serve(door, {
      press,
      key: press.triggerId ?? body.view.id,
      what: view.callbackId,
      work: () => view.run(door, { press, context, value: (actionId) => valueOf(submitted, actionId) }),
      delivery: {
        acknowledge: async () => {
          await (refused === undefined
            ? ack()
            : ack({ response_action: 'errors', errors: { [view.errorAt]: refused } }));
          return refused !== undefined && isWhole;
        },
        show,
      },
      explain: (sentence) => {
        refused = plain(sentence);
        isWhole = sentence.length <= ERROR_MAX;
        return refusal({ sentence });
      },
    });
  });
}

/** What Slack shows under an input without cutting it. What is longer is told whole in a message beside it. */
const ERROR_MAX = 300;

/** Errors under an input are plain text; markup would show as it is. */
function plain(text: string): string {
  return clip(text.replace(/:warning: /, '').replaceAll(/[*`]/g, ''), ERROR_MAX);
}

function valueOf(view: SubmittedView, actionId: string): string | null {
  for (const elements of Object.values(view.state.values)) {
    if (!(actionId in elements)) continue;
    const state = InputState.parse(elements[actionId]);
    const picked = state.selected_date_time ?? null;
    const value =
      state.value ??
      state.selected_option?.value ??
      state.selected_user ??
      (picked === null ? null : String(picked));
    return value === null || value.trim() === '' ? null : value.trim();
  }
  return null;
}

function channelOf(context: unknown): string | null {
  const parsed = z.object({ channelId: z.string().nullable().default(null) }).safeParse(context ?? {});
  return parsed.success ? parsed.data.channelId : null;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
