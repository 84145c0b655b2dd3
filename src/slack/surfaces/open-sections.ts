import { openItemsOf } from '../../core/post-mortem/draft.js';
import type { Deps } from '../../operations/deps.js';
import { readPostMortem } from '../../operations/post-mortem/read-post-mortem.js';

/** Titles of the post-mortem's sections that people still have to fill. */
export async function openSections(deps: Deps, incident: string): Promise<string[]> {
  const { json } = await readPostMortem(deps, { incident });
  return json.sections.filter((section) => openItemsOf(section).length > 0).map(({ title }) => title);
}
