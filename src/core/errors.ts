/**
 * A refusal that a person can act on. Decisions are values, defects are ordinary errors; only this class
 * crosses a door (Slack, HTTP, CLI) as a sentence. Doors translate the code with an exhaustive table.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Closed set: a new code does not compile until every door answers it. */
export type ErrorCode =
  | 'not-allowed'
  | 'not-found'
  | 'invalid-input'
  | 'conflict'
  | 'same-person'
  | 'gate-closed'
  | 'already-done'
  | 'expired'
  | 'unavailable';
