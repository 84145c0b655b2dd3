import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.js';

/** Element by element, which no shortcut for long lists touches. */
function written(values: readonly unknown[]): string {
  return `[${values.map((value) => canonicalJson(value)).join(',')}]`;
}

const anything = fc.jsonValue({ maxDepth: 4 });

describe('one text for one value', () => {
  it('writes a long list as it writes each of its elements', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 60, maxLength: 90 }), (values) => {
        expect(canonicalJson(values)).toBe(written(values));
      }),
      { numRuns: 40 },
    );
  });

  it('sorts the keys in a long list, wherever the one stands that is out of order', () => {
    const inOrder = Array.from({ length: 100 }, (_, place) => ({ a: place, b: [{ c: 1, d: 'x' }] }));
    const outOfOrder = { b: [{ d: 'x', c: 1 }], a: 0 };

    for (const place of [0, 63, 99])
      expect(canonicalJson(inOrder.with(place, outOfOrder))).toBe(
        canonicalJson(inOrder.with(place, { a: 0, b: [{ c: 1, d: 'x' }] })),
      );
  });

  it.each([
    ['undefined members', { a: undefined, b: 1 }],
    ['undefined elements', [undefined, null]],
    ['numbers as keys', { 10: 'ten', 9: 'nine' }],
    ['half a surrogate pair', { text: '\ud800' }],
    ['an object with a text of its own', new Date(0)],
    ['a member with a text of its own', { at: new Date(0) }],
    ['a list with a map in it', [new Map([['a', 1]])]],
  ])('writes %s the same in a long list as alone', (_, value) => {
    const values = Array.from({ length: 100 }, () => value);

    expect(canonicalJson(values)).toBe(written(values));
  });
});
