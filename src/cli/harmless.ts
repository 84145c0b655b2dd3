/** Agents choose names and texts: in a terminal they must neither move the cursor nor turn the reading direction round. */
export function harmless(text: string): string {
  return text.replaceAll(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '');
}
