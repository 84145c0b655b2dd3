/**
 * The enforcement points of an order, found by name. An order may expect ten thousand of them and hear from each:
 * looking at all of them for every statement would cost a hundred million looks.
 */
import type { PointState } from './enforcement-point.js';

type Points = readonly PointState[];
type Places = ReadonlyMap<string, readonly number[]>;

/** Where each name stands. What an order expects never changes, so later states of it stand in the same places. */
const PLACES = new WeakMap<Points, Places>();

/**
 * Applies each change to the points of that name. Returns the very same array where nothing became different:
 * a `change` returns the point itself when it has nothing to add.
 */
export function changePoints<T>(
  points: Points,
  changes: readonly T[],
  change: { readonly of: (each: T) => string; readonly to: (point: PointState, each: T) => PointState },
): Points {
  const places = placesOf(points);
  let changed: PointState[] | undefined;
  for (const each of changes) {
    for (const place of places.get(change.of(each)) ?? []) {
      const before = (changed ?? points)[place];
      const after = before === undefined ? undefined : change.to(before, each);
      if (after === undefined || after === before) continue;
      changed ??= [...points];
      changed[place] = after;
    }
  }
  if (changed === undefined) return points;
  PLACES.set(changed, places);
  return changed;
}

function placesOf(points: Points): Places {
  const known = PLACES.get(points);
  if (known !== undefined) return known;
  const places = new Map<string, number[]>();
  points.forEach(({ pointId }, place) => {
    const same = places.get(pointId);
    if (same === undefined) places.set(pointId, [place]);
    else same.push(place);
  });
  PLACES.set(points, places);
  return places;
}
