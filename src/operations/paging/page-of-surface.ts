import type { SurfaceRow } from '../../store/types.js';

/** Whose page a surface is, from its key `page:<incident>:<pageId>:<user>`; undefined for every other kind. */
export function pageOfSurface(
  surface: SurfaceRow,
): { incident: string; pageId: string; userId: string } | undefined {
  if (surface.kind !== 'page' || surface.incident === null) return undefined;
  const [, , pageId, userId] = surface.key.split(':');
  return pageId === undefined || userId === undefined
    ? undefined
    : { incident: surface.incident, pageId, userId };
}
