import { hash } from 'node:crypto';

/** SHA-256 of a bearer token, hex: all that is ever stored of it. Tokens are 256 random bits, so no salt is needed. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
