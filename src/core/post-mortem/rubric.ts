/**
 * What makes a draft good, as far as a machine can tell: every statement cites its source, nothing unknown is
 * filled, times are in order, no section is left out. An empty list means that it passes.
 */
import { SECTIONS, type Block, type Evidence, type PostMortem, type Section } from './post-mortem.js';

export interface Fault {
  readonly section: string;
  readonly what: string;
}

/** `known` are the entries that exist; a citation of any other is a fault. */
export function checkDraft(postMortem: PostMortem, known: ReadonlySet<number>): Fault[] {
  return [
    ...missingSections(postMortem),
    ...postMortem.sections.flatMap((section) =>
      section.blocks.flatMap((block) => blockFaults(section, block, known)),
    ),
    ...emptySections(postMortem),
    ...timelineFaults(postMortem),
    ...chainFaults(postMortem),
    ...summaryFaults(postMortem),
  ];
}

function missingSections({ sections }: PostMortem): Fault[] {
  const there = sections.map(({ id }) => id).join();
  const wanted = SECTIONS.map(({ id }) => id).join();
  return there === wanted ? [] : [{ section: 'all', what: `sections are ${there}` }];
}

function emptySections({ sections }: PostMortem): Fault[] {
  return sections
    .filter(({ blocks }) => blocks.length === 0)
    .map(({ id }) => ({ section: id, what: 'says nothing, not even who must fill it' }));
}

function blockFaults({ id }: Section, block: Block, known: ReadonlySet<number>): Fault[] {
  switch (block.kind) {
    case 'prose':
      return /\d/u.test(block.text)
        ? [{ section: id, what: `a number without a source: ${block.text}` }]
        : [];
    case 'statements':
      return block.items.flatMap(({ text, evidence }) => evidenceFaults(id, text.text, { evidence, known }));
    case 'table':
      return block.rows.flatMap(({ cells, evidence }) => [
        ...evidenceFaults(id, cells[0]?.text ?? '', { evidence, known }),
        ...(cells.length === block.columns.length
          ? []
          : [{ section: id, what: 'a row with a cell too many or too few' }]),
        ...(cells.every(({ text }) => text.trim() !== '') ? [] : [{ section: id, what: 'an empty cell' }]),
      ]);
    case 'open':
      return block.items
        .filter(({ role, what }) => role.trim() === '' || what.trim() === '')
        .map(() => ({ section: id, what: 'an open item without a role or a question' }));
  }
}

function evidenceFaults(
  section: string,
  statement: string,
  { evidence, known }: { evidence: readonly Evidence[]; known: ReadonlySet<number> },
): Fault[] {
  if (evidence.length === 0) return [{ section, what: `without a source: ${statement}` }];
  return evidence
    .filter((each) => each.kind === 'journal' && !known.has(each.seq))
    .map(() => ({ section, what: `cites an entry that does not exist: ${statement}` }));
}

function rowsOf({ sections }: PostMortem, id: string, title?: string) {
  return sections
    .filter((section) => section.id === id)
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) =>
      block.kind === 'table' && (title ?? block.title) === block.title ? [...block.rows] : [],
    );
}

function timelineFaults(postMortem: PostMortem): Fault[] {
  const times = rowsOf(postMortem, 'timeline').map(({ cells }) => cells[0]?.text ?? '');
  return times.flatMap((at, index) =>
    index > 0 && at < (times[index - 1] ?? '')
      ? [{ section: 'timeline', what: `${at} stands too late` }]
      : [],
  );
}

/** A link that the figures do not know has to be shown as unknown, and the other way round. */
function chainFaults(postMortem: PostMortem): Fault[] {
  const rows = rowsOf(postMortem, 'detection-chain', 'Five links');
  const unknown = rows.filter(({ cells }) => cells[1]?.text === '**unknown**').length;
  const section = 'detection-chain';
  if (rows.length !== 5) return [{ section, what: `has ${rows.length} links instead of five` }];
  if (unknown === 0 || postMortem.figures.standardMttdMs === null || postMortem.figures.mttaMs === null)
    return [];
  const shown = rows
    .filter(({ cells }) => cells[1]?.text === '**unknown**')
    .map(({ cells }) => cells[0]?.text);
  return shown.some((name) => name !== 'Signal')
    ? [{ section, what: 'a figure rests on an unknown link' }]
    : [];
}

function summaryFaults({ sections }: PostMortem): Fault[] {
  const summary = sections.find(({ id }) => id === 'summary');
  const sentences =
    summary?.blocks.flatMap((block) => (block.kind === 'statements' ? [...block.items] : [])) ?? [];
  return sentences.length <= 5 ? [] : [{ section: 'summary', what: `has ${sentences.length} sentences` }];
}
