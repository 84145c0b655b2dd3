import { readFileSync } from 'node:fs';

/** The bot scopes of `manifest.yml`: the workspace grants these and no others. */
export function manifestScopes(): string[] {
  const manifest = readFileSync(new URL('../../../../manifest.yml', import.meta.url), 'utf8');
  const section = manifest.split(/^\s+bot:$/m)[1]?.split(/^settings:/m)[0] ?? '';
  return [...section.matchAll(/^\s+- ([a-z]+(?::[a-z.]+)?)/gm)].map((match) => match[1] ?? '');
}
