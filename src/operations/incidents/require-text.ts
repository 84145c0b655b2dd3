import { DomainError } from '../../core/errors.js';

/** What a Slack text input takes at most; longer evidence belongs behind a link. */
const LONGEST = 3000;

/** The text without outer white space. DomainError `invalid-input` with `otherwise` where there is none. */
export function requireText(text: string, otherwise: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new DomainError('invalid-input', otherwise);
  if (trimmed.length <= LONGEST) return trimmed;
  throw new DomainError('invalid-input', `That is longer than ${LONGEST} characters. Link to it instead.`);
}
