/** Slack's limits on blocks, messages and views, as data. */
import { ACCESSORY, ACTION_ELEMENT, CONTEXT_ELEMENT, INPUT_ELEMENT } from './elements.js';
import { ANYTHING, BOOLEAN, anyText, list, oneOf, plain, string, type Shape } from './rules.js';

export const BLOCKS_PER_MESSAGE = 50;
export const BLOCKS_PER_VIEW = 100;
/** Undocumented: more characters than this in all blocks together are `msg_blocks_too_long`. */
export const CHARACTERS_PER_MESSAGE = 13_200;
export const MARKDOWN_PER_MESSAGE = 12_000;
export const VIEW_BYTES = 250_000;

const OPEN: Shape = { fields: {}, isOpen: true };

/** Block type → its shape. */
export const BLOCKS: Readonly<Record<string, Shape>> = {
  section: {
    fields: {
      text: anyText(3_000),
      fields: list(anyText(2_000), 1, 10),
      accessory: ACCESSORY,
      expand: BOOLEAN,
    },
    oneOf: ['text', 'fields'],
  },
  header: { fields: { text: plain(150) }, required: ['text'] },
  divider: { fields: {} },
  context: { fields: { elements: list(CONTEXT_ELEMENT, 1, 10) }, required: ['elements'] },
  actions: { fields: { elements: list(ACTION_ELEMENT, 1, 25) }, required: ['elements'] },
  image: {
    fields: {
      alt_text: string(2_000, 1),
      image_url: string(3_000),
      slack_file: ANYTHING,
      title: plain(2_000),
    },
    required: ['alt_text'],
    oneOf: ['image_url', 'slack_file'],
  },
  input: {
    fields: {
      label: plain(2_000),
      element: INPUT_ELEMENT,
      hint: plain(2_000),
      optional: BOOLEAN,
      dispatch_action: BOOLEAN,
    },
    required: ['label', 'element'],
  },
  markdown: { fields: { text: string(MARKDOWN_PER_MESSAGE, 1) }, required: ['text'] },
  rich_text: { fields: { elements: list(ANYTHING, 0, Infinity) }, required: ['elements'] },
  table: {
    fields: { rows: list(list(ANYTHING, 1, 20), 1, 100), column_settings: list(ANYTHING, 0, 20) },
    required: ['rows'],
  },
  data_table: {
    fields: { rows: list(list(ANYTHING, 1, 20), 2, 201), caption: string(3_000, 1) },
    required: ['rows', 'caption'],
    isOpen: true,
  },
  video: {
    fields: { alt_text: string(2_000, 1), title: plain(200) },
    required: ['alt_text', 'title', 'video_url', 'thumbnail_url'],
    isOpen: true,
  },
  file: {
    fields: { external_id: string(255, 1), source: oneOf('remote') },
    required: ['external_id', 'source'],
  },
  alert: { fields: { text: anyText(200) }, required: ['text'], isOpen: true },
  card: OPEN,
  carousel: { fields: { elements: list(ANYTHING, 1, 10) }, required: ['elements'], isOpen: true },
  container: { fields: { child_blocks: list(ANYTHING, 0, 10), title: plain(150) }, isOpen: true },
  context_actions: { fields: { elements: list(ANYTHING, 1, 5) }, required: ['elements'], isOpen: true },
  task_card: OPEN,
  plan: OPEN,
};

const COMMON = ['section', 'header', 'divider', 'context', 'actions', 'image', 'input', 'rich_text', 'video'];

/** Where each block may stand. */
export const BLOCKS_ON: Readonly<Record<'message' | 'modal' | 'home', readonly string[]>> = {
  message: Object.keys(BLOCKS),
  modal: [...COMMON, 'alert'],
  home: [...COMMON, 'alert'],
};

const VIEW_FIELDS = {
  blocks: ANYTHING,
  private_metadata: string(3_000),
  callback_id: string(255),
  external_id: string(255),
};

/** View type → its shape. */
export const VIEWS: Readonly<Record<string, Shape>> = {
  modal: {
    fields: {
      ...VIEW_FIELDS,
      title: plain(24),
      submit: plain(24),
      close: plain(24),
      clear_on_close: BOOLEAN,
      notify_on_close: BOOLEAN,
      submit_disabled: BOOLEAN,
    },
    required: ['title', 'blocks'],
  },
  home: { fields: VIEW_FIELDS, required: ['blocks'] },
};
