import type { SourceSettings } from '../core/source-settings.js';
import { decodeJson } from './decode-json.js';
import { FORMATS } from './registry.js';
import type { ConfiguredSource, WebReader } from './types.js';

export interface SourceParts {
  /** What the environment holds under HALTLINE_SOURCE_…, by the whole name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly web: WebReader;
}

/** The sources by their addresses; `faults` lists what has to be mended before anything can start. */
export function configureSources(
  settings: Iterable<SourceSettings>,
  { secrets, web }: SourceParts,
): { readonly sources: ReadonlyMap<string, ConfiguredSource>; readonly faults: readonly string[] } {
  const all = [...settings];
  const bySecret = new Map(all.map((each) => [secretsName(each.name), each]));
  const strangers = Object.keys(secrets)
    .filter((name) => !bySecret.has(name))
    .map((name) => `${name} belongs to no source: there are ${[...bySecret.keys()].join(', ')}`);
  const sources = all.map((each) => configured(each, secretsOf(secrets[secretsName(each.name)]), web));
  return {
    sources: new Map(sources.map((source) => [source.name, source])),
    faults: [...strangers, ...all.flatMap((each) => faultsOf(each, secrets[secretsName(each.name)]))],
  };
}

/** `HALTLINE_SOURCE_GRAFANA_PROD_SECRETS` for the source grafana-prod. */
export function secretsName(source: string): string {
  return `HALTLINE_SOURCE_${source.toUpperCase().replaceAll('-', '_')}_SECRETS`;
}

/** Several while a secret is changed, separated by commas or spaces. */
function secretsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((each) => each !== '');
}

/** Says what is wrong with a secret and never shows it. */
function faultsOf(settings: SourceSettings, text: string | undefined): string[] {
  const secrets = secretsOf(text);
  if (secrets.length === 0) return [];
  const name = secretsName(settings.name);
  const { signature } = FORMATS[settings.format];
  if (signature === undefined || settings.format === 'cloudwatch')
    return [`${name} is of no use: ${settings.format} is not signed with a secret. Remove it`];
  const fault = secrets.map((secret) => signature.faultOf?.(secret) ?? null).find((each) => each !== null);
  return fault === undefined ? [] : [`${name} ${fault}`];
}

/** No type at all is believed to be JSON: it is read as that, or not at all. */
function isJson(contentType: string): boolean {
  return /^\s*(?:$|(?:application|text)\/json\b|[^;]*\+json\b)/i.test(contentType);
}

function configured(settings: SourceSettings, secrets: readonly string[], web: WebReader): ConfiguredSource {
  const format = FORMATS[settings.format];
  const { signature, decode = decodeJson } = format;
  return {
    name: settings.name,
    settings,
    schema: format.schema,
    isSigned: signature?.isConfigured(settings, secrets) ?? false,
    dropsRefused: format.dropsRefused ?? false,
    accepts: format.accepts ?? isJson,
    verify: async (post) =>
      signature === undefined
        ? { kind: 'refused', why: 'Its format has no signature.' }
        : signature.verify({ ...post, settings, secrets, web }),
    read: ({ bytes, headers }, context) =>
      format.parse(decode(bytes, headers), headers, { ...context, source: settings.name }),
    shakeHands: async ({ handshake }, { hasToken }) =>
      handshake === undefined || format.shakeHands === undefined
        ? null
        : format.shakeHands(handshake, { settings, web, hasToken }),
  };
}
