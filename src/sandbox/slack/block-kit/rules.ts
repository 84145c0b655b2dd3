/** The words in which the limits are written: each rule says what one value must be. */
export type Rule =
  | { readonly kind: 'string'; readonly max: number; readonly min: number }
  | { readonly kind: 'text'; readonly types: readonly string[]; readonly max: number }
  | { readonly kind: 'list'; readonly of: Rule; readonly min: number; readonly max: number }
  | { readonly kind: 'shape'; readonly shape: () => Shape }
  /** An object whose `type` picks its shape. */
  | {
      readonly kind: 'typed';
      readonly types: readonly string[];
      readonly shapes: () => Readonly<Record<string, Shape>>;
    }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  /** Either a text object or a typed object, as in a context block. */
  | { readonly kind: 'text-or-typed'; readonly text: Rule; readonly typed: Rule }
  | { readonly kind: 'anything' };

/** An object: the fields it may have, those it must have, and those of which it needs one. */
export interface Shape {
  readonly fields: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly string[];
  /** Takes fields beyond those named; for blocks too new to be known well. */
  readonly isOpen?: boolean;
}

/** A string of a length. */
export function string(max: number, min = 0): Rule {
  return { kind: 'string', max, min };
}

/** A `plain_text` object. */
export function plain(max: number): Rule {
  return { kind: 'text', types: ['plain_text'], max };
}

/** A `plain_text` or `mrkdwn` object. */
export function anyText(max: number): Rule {
  return { kind: 'text', types: ['plain_text', 'mrkdwn'], max };
}

/** A list of a size. */
export function list(of: Rule, min: number, max: number): Rule {
  return { kind: 'list', of, min, max };
}

/** An object of one shape. */
export function shaped(shape: () => Shape): Rule {
  return { kind: 'shape', shape };
}

/** One of several words. */
export function oneOf(...values: readonly string[]): Rule {
  return { kind: 'one-of', values };
}

/** A number within bounds. */
export function number(min: number, max: number): Rule {
  return { kind: 'number', min, max };
}

export const BOOLEAN: Rule = { kind: 'boolean' };
export const ANYTHING: Rule = { kind: 'anything' };
