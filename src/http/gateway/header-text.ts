const LONGEST = 200;

/** Text as it may stand in a header: printable ASCII in one line. Accents are dropped, the rest becomes `?`. */
export function headerText(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();
  return ascii.length <= LONGEST ? ascii : `${ascii.slice(0, LONGEST - 3)}...`;
}
