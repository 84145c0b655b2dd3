/** Once a day: what the rules in shadow would have done. */
import type { ShadowReport, ShadowRule } from '../src/core/tripwire-events.js';
import { join, quote, say, timeText, type Mrkdwn } from './escape.js';
import { context, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

const HOUR_MS = 3_600_000;
/** Characters of a sentence that are shown. */
const SENTENCE_MAX = 400;

export function shadowReport({ from, to, rules, sentences }: ShadowReport): Rendered {
  const hours = Math.round((Date.parse(to) - Date.parse(from)) / HOUR_MS);
  const total = rules.reduce((sum, { fired }) => sum + fired, 0);
  const many = rules.some(({ atLeast }) => atLeast) ? 'at least ' : '';
  const text = say`🌒 *Tripwires in shadow* would have fired ${many}${times(total)} in the ${hours} h to ${timeText(to)}`;
  return surface({
    text,
    blocks: [
      section(text),
      ...rules.map((rule) => section(ruleText(rule, { hours, sentence: sentences[rule.rule] }))),
      context(
        say`Nobody was told of any of them. A rule speaks once tripwires.yml gives it the mode warn or page; \`haltline replay\` says what other numbers would have done.`,
      ),
    ],
    drill: false,
  });
}

function ruleText(
  rule: ShadowRule,
  { hours, sentence }: { readonly hours: number; readonly sentence: string | undefined },
): Mrkdwn {
  const whose = rule.agents === null ? say`` : say` (${rule.agents.join(', ')})`;
  const name = say`*${rule.rule}*${whose}`;
  if (rule.fired === 0) return say`${name} would not have fired in ${hours} h`;
  const when = join(
    rule.newest.map(({ agentId, firedAt }) => say`${agentId} ${timeText(firedAt)}`),
    ', ',
  );
  const more = rule.fired > rule.newest.length ? say` and ${rule.fired - rule.newest.length} more` : say``;
  const count = `${rule.atLeast ? 'at least ' : ''}${times(rule.fired)}`;
  const line = say`${name} would have fired ${count} in ${hours} h: ${when}${more}; ${overlap(rule)}`;
  return sentence === undefined ? line : join([line, quote(sentence, SENTENCE_MAX)], '\n');
}

function overlap({ incidents, fired }: ShadowRule): string {
  if (incidents.length === 0)
    return fired === 1 ? 'it overlapped no incident' : 'none of them overlapped an incident';
  return `overlapped ${incidents.join(', ')}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
