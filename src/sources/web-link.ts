/** An absolute http or https address, normalised; null for everything else, above all for `javascript:`. */
export function webLink(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) ? url.href : null;
}
