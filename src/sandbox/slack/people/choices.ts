/** What a person's choice looks like in a payload, for each kind of element. */
import { isObject, listIn, objectsIn, textIn, type Json } from '../json.js';

/** A value as a test writes it: text, several texts, or nothing chosen. */
export type Choice = string | number | readonly string[] | null;

/** The fields by which a payload says what was chosen. Throws when the element offers no such choice. */
export function chosen(element: Json, choice: Choice): Json {
  const type = textIn(element, 'type');
  if (
    type === 'static_select' ||
    type === 'external_select' ||
    type === 'radio_buttons' ||
    type === 'overflow'
  ) {
    return { selected_option: choice === null ? null : optionOf(element, String(choice)) };
  }
  if (type === 'checkboxes' || type === 'multi_static_select' || type === 'multi_external_select') {
    return { selected_options: many(choice).map((value) => optionOf(element, value)) };
  }
  const single = SINGLE[type];
  if (single !== undefined) return { [single]: choice };
  const multiple = MULTIPLE[type];
  return multiple === undefined ? { value: choice } : { [multiple]: many(choice) };
}

/** What the element holds before anybody touches it. */
export function initial(element: Json): Json {
  const type = textIn(element, 'type');
  const preset = Object.entries(element).find(([key]) => key.startsWith('initial_'))?.[1];
  if (type in MULTIPLE || isManyOptions(type)) {
    return { [MULTIPLE[type] ?? 'selected_options']: Array.isArray(preset) ? preset : [] };
  }
  if (type in SINGLE) return { [SINGLE[type] ?? '']: preset ?? null };
  if (type.endsWith('_select') || type === 'radio_buttons') return { selected_option: preset ?? null };
  return { value: preset ?? null };
}

/** True for elements that keep what was chosen. */
export function isStateful(element: Json): boolean {
  return !['button', 'overflow', 'image', 'workflow_button', 'plain_text', 'mrkdwn'].includes(
    textIn(element, 'type'),
  );
}

const SINGLE: Readonly<Record<string, string>> = {
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  rich_text_input: 'rich_text_value',
};

const MULTIPLE: Readonly<Record<string, string>> = {
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
};

function isManyOptions(type: string): boolean {
  return ['checkboxes', 'multi_static_select', 'multi_external_select'].includes(type);
}

function many(choice: Choice): readonly string[] {
  if (choice === null) return [];
  return typeof choice === 'string' || typeof choice === 'number' ? [String(choice)] : choice;
}

function optionOf(element: Json, value: string): Json {
  const grouped = objectsIn(element, 'option_groups').flatMap((group) => listIn(group, 'options'));
  const options = [...objectsIn(element, 'options'), ...grouped.filter(isObject)];
  const found = options.find((option) => option['value'] === value);
  if (found) return found;
  if (textIn(element, 'type').includes('external'))
    return { text: { type: 'plain_text', text: value }, value };
  const offered = options.map((option) => textIn(option, 'value')).join(', ');
  throw new Error(`${textIn(element, 'action_id')} has no option "${value}"; it offers: ${offered}`);
}
