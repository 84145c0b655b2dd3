import { alertmanager } from './alertmanager/index.js';
import { generic } from './generic/index.js';
import type { Source } from './types.js';

/** Every alert format by the name in its address. A new one is a folder and a line here. */
export const SOURCES: ReadonlyMap<string, Source> = new Map(
  [alertmanager, generic].map((source) => [source.name, source]),
);
