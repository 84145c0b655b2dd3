/** Text as an agent or an attacker might write it, into whatever is shown. */
import fc from 'fast-check';

/** Each would do something in Slack if it were not escaped. */
export const WEAPONS = [
  '<!channel>',
  '<!here|here>',
  '<!subteam^S0EVIL>',
  '<@U0EVIL>',
  '<#C0EVIL>',
  '<https://evil.test|Approve>',
  '`rm -rf /`',
  '```\ncode\n```',
  '*CONTAINED*',
  '_really_',
  '~not~',
  '@channel',
  '@here',
  '&lt;!channel&gt;',
  '\n>quoted\n',
  '\u202e\u0000\r\n',
  '👩‍🚒😀',
] as const;

/** A few weapons and some noise, up to far beyond every limit. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...WEAPONS),
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 10 }),
    ),
    {
      maxLength: 12,
    },
  )
  .chain((pieces) => fc.integer({ min: 1, max: 20 }).map((times) => pieces.join(' ').repeat(times)));
