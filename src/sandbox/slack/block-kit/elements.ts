/** Slack's limits on what stands inside blocks: elements, options, confirmation dialogs. */
import {
  ANYTHING,
  BOOLEAN,
  anyText,
  list,
  number,
  oneOf,
  plain,
  shaped,
  string,
  type Rule,
  type Shape,
} from './rules.js';

const STYLE = oneOf('primary', 'danger');

const CONFIRM: Shape = {
  fields: { title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30), style: STYLE },
  required: ['text'],
};

const option = (text: Rule): Shape => ({
  fields: { text, value: string(150, 1), description: anyText(75), url: string(3_000) },
  required: ['text', 'value'],
});
const PLAIN_OPTION = shaped(() => option(plain(75)));
const ANY_OPTION = shaped(() => option(anyText(75)));

const OPTION_GROUP: Shape = {
  fields: { label: plain(75), options: list(PLAIN_OPTION, 1, 100) },
  required: ['label', 'options'],
};

const ACTIONABLE = { action_id: string(255), confirm: shaped(() => CONFIRM), focus_on_load: BOOLEAN };
const PICKABLE = { ...ACTIONABLE, placeholder: plain(150) };
const MULTI = { ...PICKABLE, max_selected_items: number(1, Infinity) };
const TYPED = {
  action_id: string(255),
  placeholder: plain(150),
  focus_on_load: BOOLEAN,
  dispatch_action_config: ANYTHING,
};
const MENU = {
  options: list(PLAIN_OPTION, 1, 100),
  option_groups: list(
    shaped(() => OPTION_GROUP),
    1,
    100,
  ),
};
const CHOICE = { ...ACTIONABLE, options: list(ANY_OPTION, 1, 10) };
const FILTERED = { default_to_current_conversation: BOOLEAN, filter: ANYTHING };

/** Element type → its shape. */
export const ELEMENTS: Readonly<Record<string, Shape>> = {
  button: {
    fields: {
      action_id: string(255),
      confirm: shaped(() => CONFIRM),
      text: plain(75),
      value: string(2_000),
      url: string(3_000),
      style: STYLE,
      accessibility_label: string(75),
    },
    required: ['text'],
  },
  checkboxes: { fields: { ...CHOICE, initial_options: list(ANY_OPTION, 1, 10) }, required: ['options'] },
  radio_buttons: { fields: { ...CHOICE, initial_option: ANY_OPTION }, required: ['options'] },
  overflow: { fields: { ...ACTIONABLE, options: list(PLAIN_OPTION, 1, 5) }, required: ['options'] },
  static_select: {
    fields: { ...PICKABLE, ...MENU, initial_option: PLAIN_OPTION },
    oneOf: ['options', 'option_groups'],
  },
  multi_static_select: {
    fields: { ...MULTI, ...MENU, initial_options: list(PLAIN_OPTION, 1, 100) },
    oneOf: ['options', 'option_groups'],
  },
  external_select: {
    fields: { ...PICKABLE, initial_option: PLAIN_OPTION, min_query_length: number(0, Infinity) },
  },
  multi_external_select: {
    fields: { ...MULTI, initial_options: list(PLAIN_OPTION, 1, 100), min_query_length: number(0, Infinity) },
  },
  users_select: { fields: { ...PICKABLE, initial_user: string(255) } },
  multi_users_select: { fields: { ...MULTI, initial_users: ANYTHING } },
  conversations_select: {
    fields: { ...PICKABLE, ...FILTERED, initial_conversation: string(255), response_url_enabled: BOOLEAN },
  },
  multi_conversations_select: { fields: { ...MULTI, ...FILTERED, initial_conversations: ANYTHING } },
  channels_select: { fields: { ...PICKABLE, initial_channel: string(255), response_url_enabled: BOOLEAN } },
  multi_channels_select: { fields: { ...MULTI, initial_channels: ANYTHING } },
  datepicker: { fields: { ...PICKABLE, initial_date: string(10, 10) } },
  timepicker: { fields: { ...PICKABLE, initial_time: string(5, 5), timezone: string(255) } },
  datetimepicker: { fields: { ...ACTIONABLE, initial_date_time: number(1_000_000_000, 9_999_999_999) } },
  plain_text_input: {
    fields: {
      ...TYPED,
      initial_value: string(3_000),
      multiline: BOOLEAN,
      min_length: number(0, 3_000),
      max_length: number(1, 3_000),
    },
  },
  email_text_input: { fields: { ...TYPED, initial_value: string(3_000) } },
  url_text_input: { fields: { ...TYPED, initial_value: string(3_000) } },
  number_input: {
    fields: {
      ...TYPED,
      is_decimal_allowed: BOOLEAN,
      initial_value: string(255),
      min_value: string(255),
      max_value: string(255),
    },
    required: ['is_decimal_allowed'],
  },
  rich_text_input: {
    fields: { ...TYPED, initial_value: ANYTHING, min_lines: number(1, 100), max_lines: number(1, 100) },
  },
  file_input: { fields: { action_id: string(255), filetypes: ANYTHING, max_files: number(1, 10) } },
  image: {
    fields: { alt_text: string(2_000, 1), image_url: string(3_000), slack_file: ANYTHING },
    required: ['alt_text'],
    oneOf: ['image_url', 'slack_file'],
  },
  workflow_button: {
    fields: { text: plain(75), workflow: ANYTHING },
    required: ['text', 'workflow'],
    isOpen: true,
  },
};

const SELECTS = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const PICKERS = ['checkboxes', 'radio_buttons', 'datepicker', 'timepicker', 'datetimepicker', ...SELECTS];

const typed = (types: readonly string[]): Rule => ({ kind: 'typed', types, shapes: () => ELEMENTS });

/** What may stand in an actions block: no text inputs. */
export const ACTION_ELEMENT = typed([...PICKERS, 'button', 'overflow', 'workflow_button', 'rich_text_input']);

/** What may stand beside a section's text. */
export const ACCESSORY = typed([...PICKERS, 'button', 'overflow', 'workflow_button', 'image']);

/** What may stand in an input block: no buttons. */
export const INPUT_ELEMENT = typed([
  ...PICKERS,
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
]);

/** What may stand in a context block. */
export const CONTEXT_ELEMENT: Rule = { kind: 'text-or-typed', text: anyText(3_000), typed: typed(['image']) };
