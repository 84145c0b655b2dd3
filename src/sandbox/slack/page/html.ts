/** HTML that is safe by construction: values are escaped unless they are already Html. */
export interface Html {
  readonly html: string;
}

/** Tagged template: `html\`<b>${name}</b>\`` escapes `name`. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | string | number | readonly Html[])[]
): Html {
  const rendered = values.map((value) =>
    isList(value) ? value.map((one) => one.html).join('') : renderOne(value),
  );
  return { html: parts.map((part, index) => part + (rendered[index] ?? '')).join('') };
}

export const NOTHING: Html = { html: '' };

/** The five characters that matter, made harmless. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function renderOne(value: Html | string | number): string {
  return typeof value === 'object' ? value.html : escapeHtml(String(value));
}

function isList(value: Html | string | number | readonly Html[]): value is readonly Html[] {
  return Array.isArray(value);
}
