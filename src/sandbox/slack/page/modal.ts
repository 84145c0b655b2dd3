/** A modal on top of the page. */
import { objectIn, objectsIn, textIn, type Json } from '../json.js';
import { renderBlocks, type BlockContext } from './blocks.js';
import { form, MODAL_FORM } from './controls.js';
import { html, NOTHING, type Html } from './html.js';

/** The view in its own order. Its fields belong to a form that stands elsewhere, for forms do not nest. */
export function renderModal(
  title: Html,
  view: Json,
  { context, self, back }: { context: BlockContext; self: string; back: string },
): Html {
  const submit = textIn(objectIn(view, 'submit'), 'text');
  const close = textIn(objectIn(view, 'close'), 'text') || 'Close';
  const fields = { as: self, back };
  return html`<div class="veil">
    <section class="modal">
      <h2>${title}</h2>
      <div class="body">${renderBlocks(objectsIn(view, 'blocks'), context)}</div>
      <footer>
        ${form(fields, html`<button>${close}</button>`, { order: 'close' })}
        ${submit === '' ? NOTHING : form(fields, html`<button class="primary">${submit}</button>`, { order: 'submit', id: MODAL_FORM })}
      </footer>
    </section>
  </div>`;
}
