import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../src/registry/nearest-word.js';
import { isCron, isTimezone, minutesOf } from '../../src/registry/time-words.js';

describe('the nearest known word', () => {
  it.each([
    ['hgih', 'high'],
    ['mediun', 'medium'],
    ['LOW', 'low'],
  ])('for %s is %s', (written, meant) => {
    expect(nearestWord(written, ['low', 'medium', 'high'])).toBe(meant);
  });

  it('is none when nothing is near: a wrong guess is worse than no guess', () => {
    expect(nearestWord('catastrophic', ['low', 'medium', 'high'])).toBeUndefined();
  });

  it('is always the word itself when it is known', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,12}$/u), { minLength: 1 }), (known) => {
        expect(nearestWord(known[0] ?? '', known)).toBe(known[0]);
      }),
    );
  });

  it('survives one lost letter in any word', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/u), fc.nat({ max: 3 }), (word, index) => {
        const written = word.slice(0, index) + word.slice(index + 1);

        expect(nearestWord(written, [word])).toBe(word);
      }),
    );
  });
});

describe('times as responders write them', () => {
  it.each([
    ['30 min', 30],
    ['4 h', 240],
    ['24h', 1440],
    ['7 d', 10_080],
  ])('%s is %i minutes', (text, minutes) => {
    expect(minutesOf(text)).toBe(minutes);
  });

  it.each(['', '0 h', '4', '4 hours', '-1 h', '1.5 h', 'h'])('"%s" is not a time budget', (text) => {
    expect(minutesOf(text)).toBeUndefined();
  });

  it.each(['0 10 1 1,4,7,10 *', '*/5 * * * *', '0 9 * * 1-5', '0 9 1-7/2 * 0'])(
    '"%s" can come true',
    (text) => {
      expect(isCron(text)).toBe(true);
    },
  );

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 10 1 13 *',
    '0 10 1 1 8',
    'a b c d e',
    '0 10 1 1, *',
  ])('"%s" cannot come true', (text) => {
    expect(isCron(text)).toBe(false);
  });

  it('knows the time zones that the clock knows', () => {
    expect(isTimezone('Europe/Berlin')).toBe(true);
    expect(isTimezone('UTC')).toBe(true);
    expect(isTimezone('Middle/Earth')).toBe(false);
  });
});
