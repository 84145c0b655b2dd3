import { join, relative, resolve } from 'node:path';
import type { Plugin } from 'vitest/config';
import { isBuilt } from './build-once.js';

/**
 * Gives tests the compiled files, as every process that they start gets them: what is tested is what ships, and no
 * worker translates the sources once more. Where nothing is built, they get the sources.
 */
export function compiledSources(root: string): Plugin {
  return {
    name: 'compiled-sources',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!isBuilt() || importer === undefined || !/^\..*\.js(?:\?|$)/u.test(source)) return undefined;
      const path = relative(root, resolve(importer, '..', source));
      return /^(?:src|blocks)\//u.test(path) ? join(root, 'dist', path) : undefined;
    },
  };
}

/** What node is to import by itself. */
export const COMPILED = /\/dist\/(?:src|blocks)\//u;
