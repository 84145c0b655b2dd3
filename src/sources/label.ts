/** The text of a label; null where there is none or it is blank. */
export function labelled(labels: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(labels, name) ? filled(labels[name]) : null;
}

/** Null for text that says nothing. */
export function filled(text: string | null | undefined): string | null {
  return text?.trim() || null;
}
