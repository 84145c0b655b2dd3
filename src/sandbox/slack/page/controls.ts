/** Buttons, menus and fields as HTML controls. */
import { objectIn, objectsIn, textIn, type Json } from '../json.js';
import { html, NOTHING, type Html } from './html.js';
import { plainText } from './mrkdwn.js';

/** What a press has to say: who, where, and which page to come back to. */
export interface Pressable {
  readonly fields: Readonly<Record<string, string>>;
}

interface Spot extends Pressable {
  readonly block: string;
  /** Inside a modal's form, where nothing is sent until it is submitted. */
  readonly isInput: boolean;
}

/** The form to which a modal's fields belong. */
export const MODAL_FORM = 'modal';

/** The control for one element; in an input block a bare field, elsewhere a form of its own. */
export function controlFor(element: Json, spot: Spot): Html {
  const type = textIn(element, 'type');
  const action = textIn(element, 'action_id');
  if (type === 'image')
    return html`<img src="${textIn(element, 'image_url')}" alt="${textIn(element, 'alt_text')}" />`;
  if (spot.isInput) return fieldFor(element, html`name="field:${spot.block}/${action}" form="${MODAL_FORM}"`);
  const hidden = { ...spot.fields, block: spot.block, action };
  if (type === 'button') return form({ ...hidden, value: textIn(element, 'value') }, button(element));
  return form(hidden, html`${fieldFor(element, html`name="value"`)}<button class="go">Go</button>`);
}

/** A form that orders something at the control door. */
export function form(
  fields: Readonly<Record<string, string>>,
  inside: Html,
  { order = 'press', id = '' }: { order?: string; id?: string } = {},
): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<form method="post" action="/sandbox/${order}" ${id === '' ? NOTHING : html`id="${id}"`}>${hidden}${inside}</form>`;
}

function button(element: Json): Html {
  return html`<button class="${textIn(element, 'style')}">
    ${plainText(textIn(objectIn(element, 'text'), 'text'))}
  </button>`;
}

function fieldFor(element: Json, name: Html): Html {
  const options = optionsOf(element);
  const placeholder = textIn(objectIn(element, 'placeholder'), 'text');
  const preset =
    textIn(element, 'initial_value') || textIn(element, 'initial_user') || textIn(element, 'initial_date');
  if (options.length > 0) return menu(element, name, options);
  if (element['multiline'] === true)
    return html`<textarea ${name} placeholder="${placeholder}">${preset}</textarea>`;
  return html`<input ${name} placeholder="${placeholder}" value="${preset}" />`;
}

function menu(element: Json, name: Html, options: readonly Json[]): Html {
  const preset = objectIn(element, 'initial_option')['value'];
  const placeholder = textIn(objectIn(element, 'placeholder'), 'text');
  const items = options.map((option) => {
    const value = textIn(option, 'value');
    const text = textIn(objectIn(option, 'text'), 'text');
    const chosen = value === preset ? html` selected` : NOTHING;
    return html`<option value="${value}" ${chosen}>${text}</option>`;
  });
  return html`<select ${name}>
    <option value="">${placeholder || 'Choose…'}</option>
    ${items}
  </select>`;
}

function optionsOf(element: Json): readonly Json[] {
  return [
    ...objectsIn(element, 'options'),
    ...objectsIn(element, 'option_groups').flatMap((group) => objectsIn(group, 'options')),
  ];
}
