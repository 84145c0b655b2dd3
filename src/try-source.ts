/** What a post in a file would become: the composition behind `haltline source test`. */
import { DomainError } from './core/errors.js';
import type { Instant } from './core/ids.js';
import type { PagerReport } from './core/pager-report.js';
import { NO_PAGER } from './core/source-settings.js';
import { tryPost, type TriedAlert } from './operations/alerts/try-post.js';
import { loadRegistry } from './registry/load-registry.js';
import { configureSources } from './sources/configure-sources.js';
import { guessFormats } from './sources/guess-format.js';
import type { Headers, ParsedAlerts } from './sources/types.js';
import { createWebReader } from './sources/web-reader.js';

/** A post that lies in a file. */
export interface FiledPost {
  readonly bytes: Uint8Array;
  /** In lower case. */
  readonly headers: Headers;
  /** The source it would be posted to; guessed from the body where it is not known. */
  readonly source: string | undefined;
  readonly now: Instant;
}

/** What became of a post in a file, without a server and without consequences. */
export interface TriedPost {
  readonly source: string;
  readonly tried: readonly TriedAlert[];
  readonly reports: readonly PagerReport[];
  readonly handshake: boolean;
  readonly notes: ParsedAlerts['notes'];
}

/** Throws what the server would answer: a ZodError or a DomainError for what cannot be read. */
export function trySource(runbooks: string, { bytes, headers, source, now }: FiledPost): TriedPost {
  const registry = loadRegistry(runbooks);
  const { sources } = configureSources(registry.sources.values(), { secrets: {}, web: createWebReader() });
  const name = source ?? onlyOne(guessFormats(bytes, headers));
  const configured = sources.get(name);
  if (configured === undefined)
    throw new DomainError(
      'not-found',
      `There is no source "${name}". There are ${[...sources.keys()].join(', ')}.`,
    );
  const { settings } = configured;
  const parsed = configured.read({ bytes, headers }, { alertNames: registry.alertNames, now });
  const { alerts, reports = [], notes } = parsed;
  const isUnheard = reports.length > 0 && !settings.isPager;
  return {
    source: name,
    tried: tryPost(registry, { source: settings, alerts }),
    reports: isUnheard ? [] : reports,
    handshake: parsed.handshake !== undefined,
    notes: isUnheard ? [...notes, { dedupKey: null, note: NO_PAGER }] : notes,
  };
}

function onlyOne(names: readonly string[]): string {
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  const which =
    names.length === 0 ? 'Nothing in it says whose it is' : `It could be of ${names.join(' or ')}`;
  throw new DomainError('invalid-input', `${which}: name the source with --source NAME.`);
}
