/**
 * The same values, the first of them again and again, as many as the next power of two: for `in (…)`, where repeating one
 * changes nothing. Ten lengths make ten statements, each of which is prepared once.
 */
export function padded<Value>(values: readonly Value[]): Value[] {
  const [first] = values;
  if (first === undefined) return [];
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array.from({ length: length - values.length }, () => first)];
}
