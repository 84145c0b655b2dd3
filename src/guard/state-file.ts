import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a guard keeps what has to outlive its process. */
export interface Persist {
  /** What was saved last; undefined where there is nothing. */
  load(): string | undefined | Promise<string | undefined>;
  /** All or nothing: a half-written text must never be loaded. */
  save(text: string): void | Promise<void>;
}

/** A file, replaced as a whole. Each process needs its own: two that share one forget what the other knew. */
export function stateFile(path: string): Persist {
  const next = `${path}.${process.pid}.next`;
  return {
    async load() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(text) {
      await mkdir(dirname(path), { recursive: true });
      try {
        const file = await open(next, 'w', 0o600);
        try {
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(next, path);
      } catch (error) {
        await rm(next, { force: true });
        throw error;
      }
    },
  };
}
