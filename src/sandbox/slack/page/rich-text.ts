/** Rich text blocks, which carry their own structure and are never parsed. */
import { objectIn, objectsIn, textIn, type Json } from '../json.js';
import { html, NOTHING, type Html } from './html.js';
import { plainText, type NameOf } from './mrkdwn.js';

/** A rich_text block. */
export function richText(block: Json, nameOf: NameOf): Html {
  return html`<div class="rich">
    ${objectsIn(block, 'elements').map((part) => renderPart(part, nameOf))}
  </div>`;
}

function renderPart(part: Json, nameOf: NameOf): Html {
  const inside = objectsIn(part, 'elements').map((element) =>
    textIn(element, 'type').startsWith('rich_text_')
      ? renderPart(element, nameOf)
      : renderElement(element, nameOf),
  );
  switch (part['type']) {
    case 'rich_text_list': {
      const items = inside.map((item) => html`<li>${item}</li>`);
      return part['style'] === 'ordered'
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`;
    }
    case 'rich_text_preformatted':
      return html`<pre>${inside}</pre>`;
    case 'rich_text_quote':
      return html`<span class="quote">${inside}</span>`;
    default:
      return html`<div>${inside}</div>`;
  }
}

function renderElement(element: Json, nameOf: NameOf): Html {
  const style = objectIn(element, 'style');
  const text = plainText(wordsOf(element, nameOf));
  const coded = style['code'] === true ? html`<code>${text}</code>` : text;
  const slanted = style['italic'] === true ? html`<i>${coded}</i>` : coded;
  const struck = style['strike'] === true ? html`<s>${slanted}</s>` : slanted;
  return style['bold'] === true ? html`<b>${struck}</b>` : html`${struck}${NOTHING}`;
}

function wordsOf(element: Json, nameOf: NameOf): string {
  switch (element['type']) {
    case 'text':
      return textIn(element, 'text');
    case 'link':
      return textIn(element, 'text') || textIn(element, 'url');
    case 'user':
      return `@${nameOf(textIn(element, 'user_id'))}`;
    case 'usergroup':
      return `@${nameOf(textIn(element, 'usergroup_id'))}`;
    case 'channel':
      return `#${nameOf(textIn(element, 'channel_id'))}`;
    case 'broadcast':
      return `@${textIn(element, 'range')}`;
    case 'emoji':
      return `:${textIn(element, 'name')}:`;
    case 'date':
      return textIn(element, 'fallback') || new Date(Number(element['timestamp']) * 1_000).toISOString();
    default:
      return '';
  }
}
