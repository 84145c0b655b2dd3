import type { Path } from './locate.js';

/** A value that a pattern found, and where. */
export interface Found {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * Every value at a dotted pattern such as `agents.*.tools.*.name`, in the order of the file. Reads what is there,
 * so that references are checked even in a file that has other faults.
 */
export function valuesAt(data: unknown, pattern: string): Found[] {
  return pattern
    .split('.')
    .reduce<Found[]>(
      (found, segment) => found.flatMap((each) => childrenOf(each, segment)),
      [{ path: [], value: data }],
    );
}

/** As `valuesAt`, only texts. */
export function textsAt(data: unknown, pattern: string): { readonly path: Path; readonly value: string }[] {
  return valuesAt(data, pattern).flatMap(({ path, value }) =>
    typeof value === 'string' ? [{ path, value }] : [],
  );
}

function childrenOf({ path, value }: Found, segment: string): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  if (segment !== '*')
    return Object.hasOwn(value, segment)
      ? [{ path: [...path, segment], value: Reflect.get(value, segment) }]
      : [];
  if (Array.isArray(value))
    return value.map((each: unknown, index) => ({ path: [...path, index], value: each }));
  return Object.entries(value).map(([key, each]) => ({ path: [...path, key], value: each }));
}
