import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clipMrkdwn,
  lines,
  link,
  say,
  mention,
  quote,
  sentence,
  split,
  timeText,
} from '../../blocks/escape.js';
import { hostileText } from '../support/hostile.js';

describe('text that is not ours', () => {
  it('cannot call, mention, link or format, and reads as it was written', () => {
    const shown = say`${'<!channel> <@U0EVIL> <https://evil.test|ok> `code` *bold* a_b _i_ @here & co'}`
      .mrkdwn;

    expect(shown).toBe(
      '&lt;!channel&gt; &lt;@U0EVIL&gt; &lt;https://evil.test|ok&gt; ˋcodeˋ ∗bold∗ a_b ˍiˍ @\u2060here &amp; co',
    );
  });

  it('stays on its line, so that it cannot pass for a line of ours', () => {
    const shown = say`Reason: ${'none\n✅ Contained'}`.mrkdwn;

    expect(shown).toBe('Reason: none ✅ Contained');
  });

  it('keeps its lines only where each is marked as quoted', () => {
    expect(quote('one\ntwo').mrkdwn).toBe('>one\n>two');
  });

  it('loses what turns the reading direction round', () => {
    expect(say`${'a\u202eb\u0000c'}`.mrkdwn).toBe('abc');
  });

  it('leaves the code of our own sentences alone, but not what they quote', () => {
    expect(sentence('Use `/halt all`, not "<!channel>".').mrkdwn).toBe(
      'Use `/halt all`, not "&lt;!channel&gt;".',
    );
  });
});

describe('references of our own', () => {
  it('mentions a Slack user and only names anything else', () => {
    expect(mention('U0SRE1').mrkdwn).toBe('<@U0SRE1>');
    expect(mention('token:<!here>').mrkdwn).toBe('token:&lt;!here&gt;');
  });

  it('gives a moment in the reader’s time with UTC to fall back on', () => {
    expect(timeText('2026-11-20T03:12:00.000Z').mrkdwn).toBe(
      '<!date^1795144320^{date_short_pretty} {time_secs}|2026-11-20 03:12:00 UTC>',
    );
  });

  it('shows the true host beside the words of a link', () => {
    expect(link('https://grafana.test/d/1?a=1&b=<x>|y', 'alert').mrkdwn).toBe(
      '<https://grafana.test/d/1?a=1&amp;b=%3Cx%3E%7Cy|alert (grafana.test)>',
    );
  });

  it('makes no link of anything but the web', () => {
    expect(link('javascript:alert(1)', 'alert').mrkdwn).toBe('alert: javascript:alert(1)');
  });
});

describe('cutting', () => {
  it('never leaves half an entity, a reference or a character', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const cut = clipMrkdwn(
          `${say`${text}`.mrkdwn} <@U0SRE1> ${timeText('2026-11-20T03:12:00.000Z').mrkdwn}`,
          max,
        );

        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut).not.toMatch(/&[a-z]{0,4}…$|<[^<>]*…$|[\uD800-\uDBFF]…?$/);
      }),
    );
  });

  it('splits a long text without losing a line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const pieces = split(lines(text), 500);

        expect(pieces.every(({ mrkdwn }) => mrkdwn.length <= 500)).toBe(true);
        expect(
          pieces
            .map(({ mrkdwn }) => mrkdwn)
            .join('')
            .replaceAll('\n', ''),
        ).toBe(lines(text).mrkdwn.replaceAll('\n', ''));
      }),
    );
  });
});
