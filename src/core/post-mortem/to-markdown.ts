/** Prints a post-mortem. All text has been escaped where it was made; here only the frame is added. */
import { escapeMarkdown, linked } from './markdown.js';
import type { Block, Evidence, PostMortem, Row, Section } from './post-mortem.js';

/** The same post-mortem gives the same bytes; the last one is a line end. */
export function toMarkdown(postMortem: PostMortem): string {
  const banner = postMortem.kind === 'drill' ? 'DRILL · ' : '';
  const lines = [
    `# ${banner}Post-mortem of ${postMortem.incident}: ${postMortem.title.text}`,
    '',
    `*${postMortem.status === 'draft' ? 'Draft' : 'Preview'}, computed from the journal; nothing in it was guessed. Times are UTC.*`,
    '',
    ...postMortem.sections.flatMap(printSection),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function printSection({ title, blocks }: Section): string[] {
  return [`## ${title}`, '', ...blocks.flatMap((block) => [...printBlock(block), ''])];
}

function printBlock(block: Block): string[] {
  switch (block.kind) {
    case 'prose':
      return [block.text];
    case 'statements':
      return block.items.map(({ text, evidence }) => `- ${text.text} ${sources(evidence)}`);
    case 'table':
      return printTable(block);
    case 'open':
      return block.items.map(
        ({ role, what }) => `- **Open** – to be filled by ${role}: ${escapeMarkdown(what)}`,
      );
  }
}

function printTable({ title, columns, rows }: Extract<Block, { kind: 'table' }>): string[] {
  const heads = [...columns, 'Source'];
  return [
    `### ${escapeMarkdown(title)}`,
    '',
    `| ${heads.join(' | ')} |`,
    `|${heads.map(() => '---').join('|')}|`,
    ...rows.map(printRow),
  ];
}

function printRow({ cells, evidence }: Row): string {
  return `| ${[...cells.map(({ text }) => text), sources(evidence)].join(' | ')} |`;
}

/** `[#12, #15]`: the numbers of journal entries. */
function sources(evidence: readonly Evidence[]): string {
  const named = [...new Set(evidence.map(source))];
  return named.length === 0 ? '(no source)' : `(${named.join(', ')})`;
}

function source(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'journal':
      return evidence.permalink === null
        ? `journal #${evidence.seq}`
        : `journal #${evidence.seq}, ${linked('message', evidence.permalink).text}`;
    case 'runbooks':
      return `runbooks ${evidence.hash.slice(0, 12)}`;
    case 'absence':
      return `nothing in the journal up to #${evidence.upTo}`;
  }
}
