import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const text = (file: string): string => readFileSync(`clients/gateways/${file}`, 'utf8');
/** Everything that stands under a key, anywhere in a document. */
function under(key: string, document: unknown): unknown[] {
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([name, value]) => [
    ...(name === key ? [value as unknown] : []),
    ...under(key, value),
  ]);
}

describe('the configuration of gateways that ships', () => {
  it('never lets pass what could not be asked about', () => {
    expect(under('failure_mode_allow', parse(text('envoy.yaml')))).toEqual([false]);
    expect(under('allowed_headers', parse(text('envoy.yaml')))).toEqual([]);
    expect(under('unreachable_fallback', parse(text('litellm.yml')))).toEqual(['fail_closed']);
    expect(under('default_on', parse(text('litellm.yml')))).toEqual([true]);
    expect(under('trustForwardHeader', parse(text('traefik.yml')))).toEqual([false]);
  });

  it('lets no hook of Claude Code fail open, or wait', () => {
    const hooks = under('hooks', JSON.parse(text('claude-code-settings.json'))).flat();
    const http = hooks.filter(
      (hook) => under('type', hook).includes('http') && under('hooks', hook).length === 0,
    );

    expect(http).toContainEqual(expect.objectContaining({ type: 'http', onFailure: 'block', timeout: 3 }));
  });

  const CLAIMS = [
    'X-Halt-Tool',
    'X-Halt-Class',
    'X-Halt-Action',
    'X-Halt-Read-Only',
    'X-Agent-Id',
    'X-Original-URL',
    'X-Envoy-Original-Path',
  ];

  it.each([
    [
      'nginx.conf',
      (name: string) => `proxy_set_header ${name} "";`,
      ['X-Halt-Agent', 'X-Forwarded-Uri', 'X-Forwarded-Method', 'Authorization'],
    ],
    [
      'Caddyfile',
      (name: string) => `header_up -${name}\n`,
      ['X-Halt-Agent', 'X-Original-Uri', 'X-Original-Method', 'Authorization'],
    ],
    ['traefik.yml', (name: string) => `${name}: ''`, ['X-Original-URI', 'X-Original-Method']],
  ])('%s believes nothing that the agent says of itself, or of what it calls', (file, removed, more) => {
    const shipped = text(file).toLowerCase();
    const believed = [...CLAIMS, ...more].filter((name) => !shipped.includes(removed(name).toLowerCase()));

    expect(believed).toEqual([]);
  });
});
