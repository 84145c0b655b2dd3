/** Whatever the state: Slack accepts the message, nothing in it acts, and an exercise says that it is one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcement } from '../../blocks/announcement.js';
import { checklistMessage } from '../../blocks/checklist.js';
import { drillReminder } from '../../blocks/drill.js';
import { haltAsk } from '../../blocks/halt-ask.js';
import { haltBoard } from '../../blocks/halt.js';
import { incidentCard } from '../../blocks/incident-card.js';
import { incidentUpdate } from '../../blocks/incident-update.js';
import { liftMessage } from '../../blocks/lift.js';
import { TEXT_MAX, TOTAL_MAX, lengthOf } from '../../blocks/limits.js';
import { pageMention } from '../../blocks/page-mention.js';
import { pageMessage } from '../../blocks/page.js';
import { postMortemMessage } from '../../blocks/post-mortem.js';
import { postMortemSummary } from '../../blocks/post-mortem-summary.js';
import { postMortemText } from '../../blocks/post-mortem-text.js';
import { quarantineMessage } from '../../blocks/quarantine.js';
import { refusal } from '../../blocks/refusal.js';
import type { Rendered } from '../../blocks/rendered.js';
import { roleBrief } from '../../blocks/role-brief.js';
import { channelTopic } from '../../blocks/topic.js';
import { checkMessageBlocks } from '../../src/sandbox/slack/block-kit/check-message.js';
import { hostileText } from '../support/hostile.js';
import { anAsk, anyChecklist, anyIncident, anyOrder, anyProfile, NOW } from '../support/slack-states.js';

const orders = fc.array(anyOrder, { maxLength: 4 });
const profiles = anyProfile.map((profile) => new Map([['database-write', profile]]));
const page = fc.record({
  pageId: fc.uuid(),
  role: hostileText,
  users: fc.array(hostileText, { maxLength: 20 }),
  attempt: fc.integer({ min: 1, max: 9 }),
  orderedAt: fc.constant(NOW),
  sentTo: fc.constant([]),
  failures: fc.array(fc.record({ userId: fc.option(hostileText), error: hostileText }), { maxLength: 20 }),
});
const texts = fc.array(hostileText, { maxLength: 40 });
const about = fc.record({
  incident: anyIncident,
  orders,
  page,
  profiles,
  owners: texts,
  text: hostileText,
  texts,
});

const anyHeldLine = fc.record({
  id: fc.integer({ min: 1, max: 9_999 }).map((number) => `Q-${number}`),
  state: fc.constantFrom('held' as const, 'released' as const),
  digest: fc.constant('a'.repeat(64)),
  agentId: hostileText,
  tool: hostileText,
  actionClass: hostileText,
  actionId: hostileText,
  at: fc.constant(NOW),
  expiresAt: fc.option(fc.constant(NOW)),
  decidedBy: fc.option(hostileText),
});

/** Every surface that belongs to an incident. */
const OF_INCIDENT = {
  card: about.map((s) => ({
    drill: s.incident.kind === 'drill',
    of: incidentCard({ ...s, head: '412:9f3a' }),
  })),
  announcement: about.map((s) => ({
    drill: s.incident.kind === 'drill',
    of: announcement({
      ...s,
      incident: { ...s.incident, updates: [{ updateId: '1', by: 'U0SRE1', text: s.text, at: NOW }] },
      channelId: null,
    }),
  })),
  page: about.map((s) => ({
    drill: s.incident.kind === 'drill',
    of: pageMessage({ ...s, channelId: 'C0INC7' }),
  })),
  update: about.map(({ incident, text }) => ({
    drill: incident.kind === 'drill',
    of: incidentUpdate({ incident, update: { updateId: '1', by: 'U0SRE1', text, at: NOW } }),
  })),
  mention: about.map((s) => ({ drill: s.incident.kind === 'drill', of: pageMention(s) })),
  checklist: fc
    .record({ s: about, checklist: anyChecklist, profile: fc.option(anyProfile, { nil: undefined }) })
    .map(({ s, checklist, profile }) => ({
      drill: s.incident.kind === 'drill',
      of: checklistMessage({ incident: s.incident, checklist, profile, operators: s.texts, now: NOW }),
    })),
  postMortem: about.map((s) => ({
    drill: s.incident.kind === 'drill',
    of: postMortemMessage({ incident: s.incident, openSections: s.texts }),
  })),
  summary: about.map((s) => ({ drill: s.incident.kind === 'drill', of: postMortemSummary(s) })),
  text: about.map((s) => ({
    drill: s.incident.kind === 'drill',
    of: postMortemText(s.incident, s.text)[0] ?? { text: '', blocks: [] },
  })),
  brief: about.map((s) => ({
    drill: s.incident.kind === 'drill',
    of: roleBrief({ incident: s.incident, title: s.text, duties: s.text, channelId: null }),
  })),
  halt: anyOrder.map((order) => ({ drill: order.drill, of: haltBoard({ order, now: NOW }) })),
  lift: anyOrder.map((order) => ({ drill: order.drill, of: liftMessage({ order, now: NOW }) })),
  quarantine: fc
    .record({
      order: anyOrder,
      items: fc.array(anyHeldLine, { maxLength: 60 }),
      counts: fc.constant({ held: 60, released: 3, used: 2, rejected: 1, expired: 1, refused: 1 }),
    })
    .map((state) => ({ drill: state.order.drill, of: quarantineMessage(state) })),
  ask: fc
    .record({ order: anyOrder, reason: hostileText, incident: fc.constantFrom('INC-7', 'DRILL-2') })
    .map(({ order: { scope }, reason, incident }) => ({
      drill: incident === 'DRILL-2',
      of: haltAsk({ ask: anAsk({ scope, by: reason, reason, incident }), answer: null }),
    })),
  reminder: fc.record({ text: hostileText, objectives: texts }).map(({ text, objectives }) => ({
    drill: true,
    of: drillReminder({
      drill: { id: 'd', title: text, scenario: text, objectives, lastRunAt: null },
      bucket: '2026-Q4',
    }),
  })),
} satisfies Record<string, fc.Arbitrary<{ drill: boolean; of: Rendered }>>;

const RUNS = { numRuns: 25 };

describe.each(Object.entries(OF_INCIDENT))('the %s', (_name, arbitrary) => {
  it('is taken by Slack whatever the state', () => {
    fc.assert(
      fc.property(arbitrary, ({ of: { text, blocks } }) => {
        expect(checkMessageBlocks(blocks)).toBeUndefined();
        expect(text.length).toBeLessThanOrEqual(TEXT_MAX);
        expect(lengthOf(blocks)).toBeLessThanOrEqual(TOTAL_MAX);
      }),
      RUNS,
    );
  });

  it('shows hostile text as text', () => {
    fc.assert(
      fc.property(arbitrary, ({ of }) => {
        expect(mrkdwnOf(of).flatMap(weaponsIn)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('says DRILL when it is one', () => {
    fc.assert(
      fc.property(arbitrary, ({ drill, of: { text, blocks } }) => {
        fc.pre(drill && text !== '');
        expect(text).toMatch(/^DRILL/);
        expect(JSON.stringify(blocks)).toContain('an exercise');
      }),
      RUNS,
    );
  });
});

it('a refusal refers to nobody, whatever it quotes', () => {
  fc.assert(
    fc.property(hostileText, (reason) => {
      const { text, blocks } = refusal({
        sentence: reason,
        ask: { scope: { kind: 'all' }, mode: 'deny', reason, incident: null },
      });

      expect(checkMessageBlocks(blocks)).toBeUndefined();
      expect(text).not.toMatch(/<|@channel|@here/);
      expect(JSON.stringify(blocks)).toContain('halt:ask');
    }),
    RUNS,
  );
});

it('a topic fits whatever the incident is called', () => {
  fc.assert(
    fc.property(anyIncident, (incident) => {
      expect(channelTopic(incident).length).toBeLessThanOrEqual(250);
      expect(weaponsIn(channelTopic(incident))).toEqual([]);
    }),
  );
});

/** Everything that Slack would parse; `plain_text` it does not. */
function mrkdwnOf({ text, blocks }: Rendered): string[] {
  return [text, ...textsIn(blocks)];
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap(textsIn);
}

/** References that are not ours, and formatting that came from outside. */
function weaponsIn(text: string): string[] {
  const ours = /<!date\^-?\d+\^[^<>]*>|<@U0SRE\d>|<#C0INC7>|<https?:[^<>|]*\|alert \([^<>]*\)>/g;
  const rest = text.replaceAll(ours, '');
  return [
    ...(rest.match(/<[^>]*>?/g) ?? []),
    ...(rest.match(/@(?:channel|here|everyone)\b/g) ?? []),
    ...(rest.match(/`rm|```|\*CONTAINED\*|(?<!\w)_really_|~not~/g) ?? []),
  ];
}
