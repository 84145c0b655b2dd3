import { describe, expect, it } from 'vitest';
import { systemActor } from '../../src/core/actor.js';
import type { IncidentEvent } from '../../src/core/incident-events.js';
import { draftPostMortem } from '../../src/core/post-mortem/draft.js';
import type { PostMortem, Section } from '../../src/core/post-mortem/post-mortem.js';
import { checkDraft } from '../../src/core/post-mortem/rubric.js';
import type { Fact } from '../../src/core/post-mortem/story.js';
import { toMarkdown } from '../../src/core/post-mortem/to-markdown.js';
import { say } from '../../src/core/post-mortem/markdown.js';
import { history, minute, opening } from '../support/history.js';

const RUNBOOKS = { hash: 'a'.repeat(64), agent: null, classes: [], drill: null };

function facts(...events: readonly IncidentEvent[]): Fact<IncidentEvent>[] {
  return history(...events).map((recorded) => ({
    ...recorded,
    actor: systemActor('test'),
    hash: String(recorded.seq).padStart(64, '0'),
  }));
}

function draftOf(...events: readonly IncidentEvent[]): PostMortem {
  const draft = draftPostMortem({
    status: 'draft',
    facts: facts(...events),
    planeFacts: [],
    runbooks: RUNBOOKS,
  });
  if (draft === undefined) throw new Error('these facts begin with no opening');
  return draft;
}

const KNOWN = new Set([1, 2, 3, 4, 5]);

function withSection(draft: PostMortem, id: string, change: (section: Section) => Section): PostMortem {
  return {
    ...draft,
    sections: draft.sections.map((section) => (section.id === id ? change(section) : section)),
  };
}

describe('a draft', () => {
  it('shows five unknown links when nothing is known, and guesses none', () => {
    const draft = draftOf(opening());

    const markdown = toMarkdown(draft);

    expect(
      markdown.match(/^\| (Action|Signal|Trigger|Page|Acknowledgement) \| \*\*unknown\*\*/gmu),
    ).toHaveLength(5);
    expect(markdown).toContain('Largest gap: **unknown**');
    expect(draft.figures).toMatchObject({ mttdForAgentsMs: null, withinDetectionTarget: null });
    expect(checkDraft(draft, KNOWN)).toEqual([]);
  });

  it('shows times that contradict each other instead of hiding them', () => {
    const draft = draftOf(
      opening(),
      { type: 'link:supplied', data: { link: 'action', at: minute(10) }, private: { source: 'a log' } },
      { type: 'link:supplied', data: { link: 'signal', at: minute(4) }, private: { source: 'a log' } },
      { type: 'page:acknowledged', data: { userId: 'U0SRE1', at: minute(5) } },
    );

    expect(toMarkdown(draft)).toContain('minus 6 min (the recorded times contradict each other)');
    expect(draft.figures.withinDetectionTarget).toBeNull();
  });

  it('gathers everything that is open, by who must fill it', () => {
    const draft = draftOf(opening());

    const open = draft.sections.find(({ id }) => id === 'open-questions')?.blocks;

    const roles = open?.flatMap((block) =>
      block.kind === 'open' ? block.items.map(({ role }) => role) : [],
    );
    expect(roles).toEqual(roles?.toSorted());
    expect(new Set(roles)).toEqual(
      new Set([
        'agent-owner',
        'communications-lead',
        'incident-commander',
        'legal',
        'on-call-sre',
        'scribe',
        'security-on-call',
      ]),
    );
  });

  it('does not exist where nothing was opened', () => {
    expect(
      draftPostMortem({ status: 'draft', facts: [], planeFacts: [], runbooks: RUNBOOKS }),
    ).toBeUndefined();
  });
});

describe('the rubric', () => {
  const draft = draftOf(opening());

  it('finds a statement without a source', () => {
    const uncited = withSection(draft, 'cost', (section) => ({
      ...section,
      blocks: [{ kind: 'statements', items: [{ text: say`It cost 400 USD.`, evidence: [] }] }],
    }));

    expect(checkDraft(uncited, KNOWN)).toEqual([
      { section: 'cost', what: expect.stringContaining('without a source') },
    ]);
  });

  it('finds a citation of an entry that does not exist', () => {
    expect(checkDraft(draft, new Set()).map(({ what }) => what)).toContainEqual(
      expect.stringContaining('cites an entry that does not exist'),
    );
  });

  it('finds a section that is missing, or says nothing', () => {
    const without = { ...draft, sections: draft.sections.filter(({ id }) => id !== 'cost') };
    const empty = withSection(draft, 'cost', (section) => ({ ...section, blocks: [] }));

    expect(checkDraft(without, KNOWN)).toMatchObject([{ section: 'all' }]);
    expect(checkDraft(empty, KNOWN)).toMatchObject([{ section: 'cost' }]);
  });

  it('finds a number in words of ours', () => {
    const numbered = withSection(draft, 'cost', (section) => ({
      ...section,
      blocks: [...section.blocks, { kind: 'prose', text: 'About 400 customers.' }],
    }));

    expect(checkDraft(numbered, KNOWN)).toMatchObject([{ section: 'cost' }]);
  });

  it('finds a timeline out of order', () => {
    const two = draftOf(opening(), {
      type: 'channel:created',
      data: { channelId: 'C1', channelName: 'inc' },
    });
    const reversed = withSection(two, 'timeline', (section) => ({
      ...section,
      blocks: section.blocks.map((block) =>
        block.kind === 'table' ? { ...block, rows: block.rows.toReversed() } : block,
      ),
    }));

    expect(checkDraft(two, KNOWN)).toEqual([]);
    expect(checkDraft(reversed, KNOWN)).toMatchObject([{ section: 'timeline' }]);
  });
});
