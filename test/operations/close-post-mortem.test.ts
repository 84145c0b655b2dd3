import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/core/post-mortem/post-mortem.js';
import { checkDraft } from '../../src/core/post-mortem/rubric.js';
import { toMarkdown } from '../../src/core/post-mortem/to-markdown.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { addNote } from '../../src/operations/incidents/add-note.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { declareIncident } from '../../src/operations/incidents/declare-incident.js';
import type { Deps } from '../../src/operations/deps.js';
import { readPostMortem } from '../../src/operations/post-mortem/read-post-mortem.js';
import { MINUTE, openByAlert, openDesk, person, START } from '../support/desk.js';
import { closing, finishedIncident } from '../support/rollback.js';

async function knownSeqs(deps: Deps, name: string): Promise<Set<number>> {
  const entries = [...(await deps.store.readStream(name)), ...(await deps.store.readStream('plane'))];
  return new Set(entries.map(({ seq }) => seq));
}

describe('the drafted post-mortem', () => {
  it('passes the rubric with every section', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);
    await closeIncident(desk.deps, closing(name));

    const { json, markdown } = await readPostMortem(desk.deps, { incident: name });

    expect(checkDraft(json, await knownSeqs(desk.deps, name))).toEqual([]);
    expect(markdown.match(/^## .+$/gmu)).toEqual(SECTIONS.map(({ title }) => `## ${title}`));
    expect(markdown).toBe(toMarkdown(json));
  });

  it('names the largest gap, and MTTD-for-Agents beside its namesakes', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);

    const { markdown, json } = await readPostMortem(desk.deps, { incident: name });

    expect(markdown).toMatch(
      /Largest gap.*\*\*instrumentation\*\*, 2 h\. It points to missing instrumentation/u,
    );
    expect(markdown).toContain('**2 h 12 min 30 s**; target 4 h: **met**');
    expect(json.figures).toMatchObject({
      withinDetectionTarget: true,
      standardMttdMs: 130 * MINUTE,
      mttaMs: null,
      containmentSeconds: 2,
      withinContainmentTarget: true,
    });
  });

  it('tells containment by point, and what ran on', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);

    const { markdown } = await readPostMortem(desk.deps, { incident: name });

    expect(markdown).toMatch(/H-1: contained after \*\*2 s\*\*; target 30 s: \*\*met\*\*/u);
    expect(markdown).toMatch(/point-1 \(billing-agent, pod-1\) \| quiesced \|.*quiesced .* \(2 s\)/u);
    expect(markdown).toContain('Actions that ran on after the halt: act-2.');
    expect(markdown).toContain('two different people');
    expect(markdown).toContain('documents a kill-switch time of 60 s');
  });

  it('tells every step of a rollback with its proof, its budget and who verified it', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);

    const { markdown } = await readPostMortem(desk.deps, { incident: name });

    expect(markdown).toMatch(
      /\| Reverse one.*\| 2026-11-20T03:22:32.000Z \| payments-operator \| “proof of reverse” \|/u,
    );
    expect(markdown).toMatch(
      /\| calls reversed or substituted \| 1440 min \| 2026-11-21T03:12:32.000Z \| \*\*met\*\*/u,
    );
    expect(markdown).toContain(
      'external-api-call: verified by payments-operator at 2026-11-20T03:22:32.000Z',
    );
  });

  it('names roles and nobody', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);
    await closeIncident(desk.deps, closing(name));

    const { markdown } = await readPostMortem(desk.deps, { incident: name });

    expect(markdown).not.toMatch(/\bU0[A-Z0-9]+\b/u);
    expect(markdown).toContain('payments-operator');
  });

  it('is a preview, with the links that nobody knows shown as unknown', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const { json, markdown, asDrafted } = await readPostMortem(deps, { incident: name });

    expect(asDrafted).toBeNull();
    expect(json.status).toBe('preview');
    expect(markdown).toContain('| Action | **unknown** |');
    expect(markdown).toContain('to be filled by scribe: the Action time');
    expect(checkDraft(json, await knownSeqs(deps, name))).toEqual([]);
  });

  it('starts the clock at the consequence where no tripwire saw it, and says that one is missing', async () => {
    const { deps, clock } = await openDesk();
    clock.advance(5 * 60 * MINUTE);
    const { incident } = await declareIncident(deps, {
      agentId: 'billing-agent',
      title: 'Customers were refunded twice',
      summary: 'three complaints',
      surfaced: 'complaint',
      surfacedAt: START,
      userId: 'U0SRE1',
      actor: person('U0SRE1'),
    });
    await acknowledgePage(deps, { incident, userId: 'U0SRE1', actor: person('U0SRE1') });

    const { markdown, json } = await readPostMortem(deps, { incident });

    expect(markdown).toContain('Detected by: **consequence**');
    expect(markdown).toContain('the upstream tripwire is missing');
    expect(markdown).toContain('| Action | **unknown** |');
    expect(markdown).toContain(
      'MTTD-for-Agents (consequence surfaced → Acknowledgement): **5 h**; target 4 h: **missed**',
    );
    expect(checkDraft(json, await knownSeqs(deps, incident))).toEqual([]);
  });

  it('stands a note where its message was written, with its link, and marks that it was recorded late', async () => {
    const { deps, clock } = await openDesk();
    const incident = await openByAlert(deps);
    clock.advance(60 * MINUTE);
    const permalink = 'https://example.slack.com/archives/C1/p1?thread_ts=1.2&cid=C1';
    await addNote(deps, {
      incident,
      text: 'refunds look odd',
      by: 'U0SRE2',
      originalAt: '2026-11-20T03:13:00.000Z',
      permalink,
      ts: '1.2',
      how: 'reaction',
      actor: person('U0SRE1'),
    });

    const { markdown } = await readPostMortem(deps, { incident });

    expect(markdown).toContain(
      `| 2026-11-20T03:13:00.000Z | Message put on the timeline by on-call-sre: “refunds look odd” | late, at 2026-11-20T04:12:00.000Z | (journal #`,
    );
    expect(markdown).toContain(`[message](${permalink})`);
  });

  it('shows hostile words as words', async () => {
    const hostile =
      'x\n# Owned\n| a | b |\n<!channel> <@U123ABC> [click](https://evil.example) `code` www.evil.example <b>x</b> ![i](http://e)';
    const { deps } = await openDesk();
    const incident = await openByAlert(deps, {
      title: hostile,
      summary: hostile,
      link: 'https://evil.example/`x',
    });
    await addNote(deps, {
      incident,
      text: hostile,
      by: 'U0SRE1',
      originalAt: START,
      permalink: 'javascript:alert(1)',
      ts: null,
      how: 'command',
      actor: person('U0SRE1'),
    });

    const { markdown } = await readPostMortem(deps, { incident });

    expect(markdown).not.toMatch(/<[!@a-z/]/iu);
    expect(markdown).not.toContain('](https://evil');
    expect(markdown).not.toContain('](javascript');
    expect(markdown.replace('`haltline verify`', '')).not.toMatch(/(?<!\\)`/u);
    expect(markdown.match(/^# /gmu)).toHaveLength(1);
    expect(markdown).toContain(String.raw`&lt;!channel&gt;`);
  });
});
