/** One mistake in the runbooks: where it is and what to write instead. */
export interface Fault {
  /** The file as the person who started us would open it, e.g. `runbooks/agents.yml`. */
  readonly file: string;
  /** From 1; null where the whole file or folder is meant. */
  readonly line: number | null;
  readonly column: number | null;
  /** One sentence: what was found and what to write instead. */
  readonly advice: string;
}

/** A fault of a file as a whole, or of a folder. */
export function wholeFile(file: string, advice: string): Fault {
  return { file, line: null, column: null, advice };
}

/** Thrown once with every fault of every file, so that nobody repairs runbooks one restart at a time. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly faults: readonly Fault[];

  constructor(folder: string, faults: readonly Fault[]) {
    const sorted = faults.toSorted(byPlace);
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`The runbooks in ${folder} have ${count}:`, ...sorted.map(describeFault)].join('\n'));
    this.faults = sorted;
  }
}

/** `runbooks/agents.yml:14:22 blastRadius: got "hgih"; …`, a form that editors and terminals make clickable. */
export function describeFault({ file, line, column, advice }: Fault): string {
  const place = line === null ? `${file}:` : `${file}:${line}:${column ?? 1}`;
  return `${place} ${advice}`;
}

function byPlace(one: Fault, other: Fault): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
