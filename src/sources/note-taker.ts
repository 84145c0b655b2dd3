import type { Instant } from '../core/ids.js';
import { instantOf } from './instant.js';
import type { SourceNote } from './types.js';
import { webLink } from './web-link.js';

/** Reads what an alert may say in a useless way: such a value becomes unknown, and the poster is told. */
export interface NoteTaker {
  readonly notes: readonly SourceNote[];
  time(dedupKey: string, field: string, text: string | null | undefined): Instant | null;
  link(dedupKey: string, field: string, text: string | null | undefined): string | null;
  /** Something was given that could not be read. */
  unread(dedupKey: string, note: string): void;
  /** Something that the poster may want to know. */
  add(dedupKey: string | null, note: string): void;
  /** Alerts of the source are lost from now on. */
  loud(note: string): void;
  /** An alert of this post is lost: it could not be read. */
  lost(note: string): void;
}

/** Notes name the field and never repeat what stood in it. */
export function createNoteTaker(): NoteTaker {
  const notes: SourceNote[] = [];
  const add = (dedupKey: string | null, note: string): void => void notes.push({ dedupKey, note });
  const unread = (dedupKey: string, note: string): void => void notes.push({ dedupKey, note, unread: true });
  return {
    notes,
    add,
    unread,
    loud: (note) => void notes.push({ dedupKey: null, note, isLoud: true }),
    lost: (note) => void notes.push({ dedupKey: null, note, unread: true, isLoud: true }),
    time: (dedupKey, field, text) => {
      if (text === undefined || text === null) return null;
      const at = instantOf(text);
      if (at === null) unread(dedupKey, `${field} is not an RFC 3339 time: read as unknown.`);
      return at;
    },
    link: (dedupKey, field, text) => {
      if (text === undefined || text === null || text === '') return null;
      const link = webLink(text);
      if (link === null) unread(dedupKey, `${field} is not an http or https address: left out.`);
      return link;
    },
  };
}
