/** Blocks as HTML, with buttons that can be pressed. */
import { isObject, objectIn, objectsIn, textIn, type Json } from '../json.js';
import { controlFor, type Pressable } from './controls.js';
import { html, NOTHING, type Html } from './html.js';
import { mrkdwn, plainText, type NameOf } from './mrkdwn.js';
import { richText } from './rich-text.js';

export interface BlockContext {
  readonly nameOf: NameOf;
  /** Where a press goes; the block and the action are added. */
  readonly pressable: Pressable;
}

/** A list of blocks. */
export function renderBlocks(blocks: readonly Json[], context: BlockContext): Html {
  return html`${blocks.map((block) => renderBlock(block, context))}`;
}

/** A text object, or nothing. */
export function renderText(text: unknown, nameOf: NameOf): Html {
  if (!isObject(text)) return NOTHING;
  return text['type'] === 'mrkdwn' ? mrkdwn(textIn(text, 'text'), nameOf) : plainText(textIn(text, 'text'));
}

function renderBlock(block: Json, context: BlockContext): Html {
  const { nameOf } = context;
  switch (block['type']) {
    case 'header':
      return html`<h3>${renderText(block['text'], nameOf)}</h3>`;
    case 'divider':
      return html`<hr />`;
    case 'section':
      return renderSection(block, context);
    case 'context':
      return html`<div class="context">
        ${objectsIn(block, 'elements').map((one) => renderSmall(one, nameOf))}
      </div>`;
    case 'actions':
      return html`<div class="actions">
        ${objectsIn(block, 'elements').map((one) => control(one, block, context))}
      </div>`;
    case 'input':
      return renderInput(block, context);
    case 'image':
      return html`<figure>
        <img src="${textIn(block, 'image_url')}" alt="${textIn(block, 'alt_text')}" />
      </figure>`;
    case 'markdown':
      return html`<div class="markdown">${plainText(textIn(block, 'text'))}</div>`;
    case 'rich_text':
      return richText(block, nameOf);
    default:
      return html`<div class="unknown">[${textIn(block, 'type')} block]</div>`;
  }
}

function renderSection(block: Json, context: BlockContext): Html {
  const accessory = objectIn(block, 'accessory');
  const fields = objectsIn(block, 'fields').map(
    (field) => html`<div>${renderText(field, context.nameOf)}</div>`,
  );
  return html`<div class="section">
    <div class="words">
      ${renderText(block['text'], context.nameOf)}${fields.length > 0 ? html`<div class="fields">${fields}</div>` : NOTHING}
    </div>
    ${'type' in accessory ? html`<div class="accessory">${control(accessory, block, context)}</div>` : NOTHING}
  </div>`;
}

function renderInput(block: Json, context: BlockContext): Html {
  const optional = block['optional'] === true ? html` <small>(optional)</small>` : NOTHING;
  return html`<label class="input">
    <b>${renderText(block['label'], context.nameOf)}</b>${optional}
    ${control(objectIn(block, 'element'), block, context)}
    <small>${renderText(block['hint'], context.nameOf)}</small>
  </label>`;
}

function renderSmall(element: Json, nameOf: NameOf): Html {
  if (element['type'] === 'image') {
    return html`<img src="${textIn(element, 'image_url')}" alt="${textIn(element, 'alt_text')}" />`;
  }
  return html`<span>${renderText(element, nameOf)}</span>`;
}

function control(element: Json, block: Json, { pressable }: BlockContext): Html {
  return controlFor(element, {
    ...pressable,
    block: textIn(block, 'block_id'),
    isInput: block['type'] === 'input',
  });
}
