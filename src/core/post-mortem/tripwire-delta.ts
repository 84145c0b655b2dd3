/** Which wire would have told of it, when, and how much earlier than people knew: from a replay that was journaled. */
import type { Instant } from '../ids.js';
import { UNKNOWN_WORDS, type ReplayedAlert } from '../tripwire/replayed-event.js';
import { describeSpan } from './figures.js';
import { joined, quoted, say, type Markdown } from './markdown.js';
import type { Block, Evidence, Statement } from './post-mortem.js';
import { absence, entry, factsOf, type FactOf, type Story } from './story.js';

/** Alerts that are told one by one. */
const TOLD = 10;

export function tripwireDeltaBlocks(story: Story): Block[] {
  return [
    { kind: 'statements', items: [...missing(story), ...replayed(story)] },
    {
      kind: 'open',
      items: [
        {
          role: 'agent-owner',
          what: 'the new or changed tripwire that would have caught this four hours earlier, and the time at which it fires when replayed against this incident (`haltline replay --tripwire FILE --incident`)',
        },
      ],
    },
  ];
}

function missing({ incident, facts }: Story): Statement[] {
  if (incident.declared === null) return [];
  return [
    {
      text: say`No tripwire fired: this came to light by its consequence. **A tripwire is missing.**`,
      evidence: entry(facts[0]?.seq),
    },
  ];
}

function replayed(story: Story): Statement[] {
  const fact = factsOf(story, 'tripwires:replayed').at(-1);
  if (fact === undefined)
    return [
      {
        text: say`The tripwires have **not been replayed** against this incident${story.status === 'preview' ? ' yet: closing it does' : ''}.`,
        evidence: [absence(story)],
      },
    ];
  const { unknown } = fact.event.data;
  if (unknown !== null)
    return [
      {
        text: say`What the present tripwires would have done is **unknown**: ${UNKNOWN_WORDS[unknown]}.`,
        evidence: entry(fact.seq),
      },
    ];
  return [basis(fact), ...told(story, fact)];
}

type Fact = FactOf<'tripwires:replayed'>;

/** What was replayed against what. */
function basis({ seq, event: { data } }: Fact): Statement {
  const begins =
    data.oldest !== null && data.from !== null && data.oldest > data.from
      ? say` Telemetry of it begins at ${data.oldest}: of before nothing is known.`
      : say``;
  const late =
    data.afterwards === 0
      ? say``
      : say` ${data.afterwards} of the records arrived more than an hour after the act, and are taken as if they had been on time.`;
  return {
    text: say`The tripwires of runbooks ${data.runbooks.slice(0, 12)} were replayed against ${data.records} records of ${data.agentId ?? 'unknown'} from ${data.from ?? 'unknown'} to ${data.to ?? 'unknown'}.${begins}${late}`,
    evidence: entry(seq),
  };
}

function told(story: Story, fact: Fact): Statement[] {
  const { data } = fact.event;
  const sentences = data.alerts.map((alert, index) => ({
    alert,
    sentence: fact.event.private?.sentences[index] ?? '(erased)',
  }));
  const own = sentences.filter(({ alert }) => alert.concerns);
  if (own.length === 0)
    return [
      {
        text: say`**None of them would have told of this incident**; a tripwire is missing.`,
        evidence: entry(fact.seq),
      },
      ...others(fact, sentences.length),
    ];
  return [
    ...own.slice(0, TOLD).map(({ alert, sentence }) => statement(story, fact, { alert, sentence })),
    ...others(fact, sentences.length - own.length),
  ];
}

function statement(
  story: Story,
  fact: Fact,
  { alert, sentence }: { readonly alert: ReplayedAlert; readonly sentence: string },
): Statement {
  const { page, acknowledgement } = story.incident.chain;
  const would =
    alert.mode === 'shadow'
      ? say`In shadow, ${alert.rule} would have been met at ${alert.firedAt}; with mode page, that is`
      : say`${alert.rule} (mode ${alert.mode}) would have fired at ${alert.firedAt}:`;
  return {
    text: say`${would} ${against(alert.firedAt, page?.at, 'the first page')}, ${against(alert.firedAt, acknowledgement?.at, 'the acknowledgement')}. ${quoted(sentence)}${records(alert)}`,
    evidence: [
      ...entry(fact.seq),
      ...entry(story.linkSeq.page),
      ...entry(story.linkSeq.acknowledgement),
    ] satisfies Evidence[],
  };
}

function against(firedAt: Instant, at: Instant | undefined, what: string): Markdown {
  if (at === undefined) return say`${what} is **unknown**`;
  const ms = Date.parse(at) - Date.parse(firedAt);
  return ms >= 0 ? say`**${describeSpan(ms)} before ${what}**` : say`${describeSpan(-ms)} after ${what}`;
}

/** The acts and spans that it rests on, by their ids. */
function records({ actionIds, traceIds }: ReplayedAlert): Markdown {
  const named = [
    ...(actionIds.length === 0 ? [] : [say`actions ${actionIds.join(', ')}`]),
    ...(traceIds.length === 0 ? [] : [say`traces ${traceIds.join(', ')}`]),
  ];
  return named.length === 0 ? say`` : say` Records: ${joined(named, '; ')}.`;
}

/** Of a rule that fires every day nobody should believe that it would have helped. */
function others(fact: Fact, count: number): Statement[] {
  const more = fact.event.data.fired - fact.event.data.alerts.length;
  if (count + more === 0) return [];
  return [
    {
      text: say`Besides, ${count + more} alert(s) in that time would have been about something that was over before the act.`,
      evidence: entry(fact.seq),
    },
  ];
}
