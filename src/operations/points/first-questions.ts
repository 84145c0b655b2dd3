/** Since when gateways are known to ask. One that gateways.yml names and that has never asked is there on paper alone. */
export interface FirstQuestions {
  /** It asks; true where it had never done so. */
  isFirst(gateway: string): boolean;
  /** On the clock of this process, minus infinity for an earlier one; undefined for never. */
  atMs(gateway: string): number | undefined;
}

export function createFirstQuestions(
  earlier: readonly { readonly gateway: string }[],
  monotonic: () => number,
): FirstQuestions {
  const atMs = new Map(earlier.map(({ gateway }) => [gateway, Number.NEGATIVE_INFINITY]));
  return {
    isFirst(gateway) {
      if (atMs.has(gateway)) return false;
      atMs.set(gateway, monotonic());
      return true;
    },
    atMs: (gateway) => atMs.get(gateway),
  };
}
