import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/core/redact.js';

describe('parameters as people see them', () => {
  it.each([
    'password',
    'userPassword',
    'API_KEY',
    'apiKey',
    'X-Api-Key',
    'access_token',
    'refreshToken',
    'Authorization',
    'client-secret',
    'card',
    'cardNumber',
    'card_number',
    'iban',
    'customerIBAN',
    'email',
    'e-mail',
    'E-Mail-Address',
    'phoneNumber',
    'set-cookie',
    'sessionId',
  ])('hide the value of %s', (key) => {
    expect(redact({ [key]: { anything: 'visible?' } })).toEqual({ [key]: '[hidden]' });
  });

  it.each(['amount', 'customer', 'pancake', 'spinner', 'cardinality', 'discard', 'author', 'company'])(
    'show the value of %s',
    (key) => {
      expect(redact({ [key]: 'visible' })).toEqual({ [key]: 'visible' });
    },
  );

  it.each([
    ['write to ada@example.org now', 'write to [hidden e-mail] now'],
    ['pay 4242 4242 4242 4242 today', 'pay [hidden number] today'],
    ['to DE89 3704 0044 0532 0130 00', 'to [hidden account]'],
    ['Bearer abcdef123456', '[hidden credential]'],
    ['key sk_live_abcdefgh12345', 'key [hidden credential]'],
    ['order 2026-11-20', 'order 2026-11-20'],
  ])('hide what is secret by its shape: %s', (text, shown) => {
    expect(redact({ note: text })).toEqual({ note: shown });
  });

  it('cut what is long, wide or deep, and say so', () => {
    expect(redact('x'.repeat(300))).toBe(`${'x'.repeat(200)}… [cut]`);
    expect(redact(Array.from({ length: 40 }, (_, index) => index))).toHaveLength(31);
    expect(
      JSON.stringify(redact({ a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } })),
    ).toContain('deeper than is shown');
  });

  it('stay small and never show a hidden value, whatever they are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('password', 'apiToken', 'iban'), (value, key) => {
        const shown = JSON.stringify(redact({ outer: [{ [key]: 'SECRET-VALUE' }], value }));

        expect(shown).not.toContain('SECRET-VALUE');
      }),
    );
  });
});
