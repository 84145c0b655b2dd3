/** What the draft rests on, so that somebody else can check it: entries, digests, versions. */
import { say } from './markdown.js';
import type { Block, Statement } from './post-mortem.js';
import { absence, entry, factsOf, runbooks, type Story } from './story.js';

export function evidenceBlocks(story: Story): Block[] {
  const { newest, facts, orderFacts, incident, runbooks: extract } = story;
  const items: Statement[] = [
    {
      text: say`Drafted from the journal up to entry ${newest.seq}, hash ${newest.hash}; \`haltline verify\` checks it.`,
      evidence: entry(newest.seq),
    },
    {
      text: say`The incident’s own entries: ${facts.length}; entries about its halts: ${orderFacts.length}.`,
      evidence: [...entry(facts[0]?.seq), ...entry(facts.at(-1)?.seq)],
    },
    { text: say`Runbooks: ${extract.hash}.`, evidence: [runbooks(story)] },
    ...factsOf(story, 'checklist:opened').map(({ seq, event }) => ({
      text: say`Checklist ${event.data.actionClass} was opened by runbooks ${event.data.registryHash}.`,
      evidence: entry(seq),
    })),
    ...factsOf(story, 'alert:received').map(({ seq, event }) => ({
      text: say`Alert ${event.data.dedupKey} from ${event.data.source}${event.data.link === null ? '' : `: ${event.data.link}`}`,
      evidence: entry(seq),
    })),
    {
      text: say`The digest of this document (SHA-256 of its bytes) is in the entry post-mortem:drafted of ${incident.name}.`,
      evidence: [absence(story)],
    },
  ];
  return [{ kind: 'statements', items }];
}
