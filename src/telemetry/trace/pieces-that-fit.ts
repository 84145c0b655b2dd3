import type { JoinedTrace } from '../../core/join-trace.js';
import { placeOf } from '../../core/span-place.js';
import { MOST_OWN_TEXT, MOST_TEXT } from '../../core/tell-parts.js';
import type { TracePiece } from '../../core/trace.js';

/** Text in one answer. */
const MOST_CHARACTERS = 4_194_304;

/** Of pieces in order, those that one answer holds: the action's own first, then those nearest to it. Their order stays. */
export function piecesThatFit(pieces: readonly TracePiece[], joined: JoinedTrace): readonly TracePiece[] {
  const rankOf = ranking(joined);
  const ranks = pieces.map(rankOf);
  const centre = Math.max(0, ranks.indexOf(Math.min(...new Set(ranks))));
  const last = pieces.findLastIndex(({ kind }) => kind === 'output');
  const distance = (index: number): number => (index === last ? 0 : Math.abs(index - centre));
  const nearest = [...pieces.keys()].toSorted(
    (a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || distance(a) - distance(b),
  );
  const fitting = new Set<number>();
  let left = MOST_CHARACTERS;
  for (const index of nearest) {
    const size = Math.min(pieces[index]?.text.length ?? 0, ranks[index] === OWN ? MOST_OWN_TEXT : MOST_TEXT);
    if (size > left) continue;
    left -= size;
    fitting.add(index);
  }
  return pieces.filter((_, index) => fitting.has(index));
}

const OWN = 0;

/** Itself, who asked for it, what is around it, and everything else. */
function ranking({ own, elsewhere, decision, ancestors }: JoinedTrace): (piece: TracePiece) => number {
  const action = new Set([...own, ...elsewhere]);
  const asked = decision === null ? null : placeOf(decision);
  const outer = new Set(ancestors.map(placeOf));
  return (piece) => {
    const place = placeOf(piece);
    if (action.has(place)) return OWN;
    if (place === asked) return 1;
    return outer.has(place) ? 2 : 3;
  };
}
