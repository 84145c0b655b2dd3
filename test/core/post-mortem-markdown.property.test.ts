import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSpan } from '../../src/core/post-mortem/figures.js';
import { escapeMarkdown, linked, say, quoted } from '../../src/core/post-mortem/markdown.js';

const DANGEROUS = ['<', '>', '`', '[', ']', '(', ')', '|', '#', '*', '_', '!', '\n', '&', '://', 'www.', 'a'];
const hostile = fc.array(fc.constantFrom(...DANGEROUS), { maxLength: 40 }).map((parts) => parts.join(''));

describe('words of agents in Markdown', () => {
  it('never open a tag, a mention, a link, a table cell or a new line', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'grapheme' })), (text) => {
        const escaped = escapeMarkdown(text);
        const bare = escaped.replaceAll(/\\[!-/:-@[-`{-~]/gu, 'x');
        expect(escaped).not.toMatch(/[<>\n\r]/u);
        expect(bare).not.toMatch(/[`[\]|*_~]|^ ?[#+=-]/u);
        expect(bare).not.toContain('://');
      }),
    );
  });

  it('read as they were written, once rendered', () => {
    const text = 'a_b * c [d](e) <f> & `g` | # 1. h';

    const rendered = escapeMarkdown(text)
      .replaceAll(/\\([!-/:-@[-`{-~])/gu, '$1')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');

    expect(rendered).toBe(text);
  });

  it('leave no invisible or reversing letters', () => {
    expect(escapeMarkdown('pay\u202Eevil\u200B\u0000')).toBe('payevil');
  });

  it('are cut where they are endless', () => {
    expect(quoted('x'.repeat(5000)).text.length).toBeLessThan(700);
    expect(quoted('👩‍💻'.repeat(500)).text).not.toMatch(/\p{Cs}/u);
  });

  it('cannot end their own quotation', () => {
    expect(quoted('a” and “b').text).toBe('“a" and "b”');
  });

  it('are links only where they are plain addresses', () => {
    expect(linked('m', 'https://a.example/x?y=1&z=2').text).toBe('[m](https://a.example/x?y=1&z=2)');
    expect(linked('m', 'https://a.example/x) [y](z').text).not.toContain('](https');
    expect(linked('m', 'javascript:alert(1)').text).not.toContain('](');
  });

  it('stay Markdown when they are Markdown already, and are escaped when they are not', () => {
    expect(say`${say`**a**`} ${'**b**'} ${7}`.text).toBe(String.raw`**a** \*\*b\*\* 7`);
  });
});

describe('spans of time', () => {
  it.each([
    [412, '0.412 s'],
    [2000, '2 s'],
    [125_000, '2 min 5 s'],
    [7_200_000, '2 h'],
    [14 * 86_400_000 + 3_600_000, '14 d 1 h'],
    [-60_000, 'minus 1 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(describeSpan(ms)).toBe(text);
  });
});
