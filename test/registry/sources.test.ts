import { describe, expect, it } from 'vitest';
import { ALERT_FORMATS } from '../../src/core/source-settings.js';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { configureSources } from '../../src/sources/configure-sources.js';
import { FORMATS } from '../../src/sources/registry.js';
import { aRunbookFolder, faultsOf } from './runbook-folder.js';

const SOUND = `sources:
  - name: grafana-prod
    format: grafana
    timestampHeader: X-Our-Time
    labels: { agent: [service] }
    rules:
      - { when: { env: prod, level: 3 }, agent: billing-agent, tripwire: outcome }
      - { when: { env: staging }, ignore: true }
  - name: pagerduty
    format: pagerduty
    onlyKnownAgents: false
  - name: rota
    format: standard-webhooks
    pager: true
  - name: cloudwatch
    format: cloudwatch
    topics: ['arn:aws:sns:eu-west-1:123456789012:agents']
`;
const faulty = (from: string, to: string): string[] =>
  faultsOf(aRunbookFolder({ 'sources.yml': SOUND.replace(from, to) }));

describe('sources.yml', () => {
  it('adds sources to the plain one of each format, and changes those', () => {
    const { sources } = loadRegistry(aRunbookFolder({ 'sources.yml': SOUND }));

    expect([...sources.keys()]).toEqual([...ALERT_FORMATS, 'grafana-prod', 'rota']);
    expect(sources.get('grafana-prod')).toMatchObject({
      format: 'grafana',
      timestampHeader: 'X-Our-Time',
      signatureHeader: null,
      onlyKnownAgents: false,
      labels: { agent: ['service'] },
      rules: [
        { when: { env: 'prod', level: '3' }, agent: 'billing-agent', tripwire: 'outcome', ignore: false },
        { when: { env: 'staging' }, ignore: true },
      ],
    });
    expect(sources.get('pagerduty')).toMatchObject({ onlyKnownAgents: false, isPager: true });
    expect(sources.get('rota')?.isPager).toBe(true);
    expect(sources.get('standard-webhooks')?.isPager).toBe(false);
  });

  it('may be missing: each format has its plain source', () => {
    const { sources } = loadRegistry(aRunbookFolder());

    expect([...sources.values()].map(({ name, format }) => [name, format])).toEqual(
      ALERT_FORMATS.map((format) => [format, format]),
    );
    expect(sources.get('pagerduty')?.onlyKnownAgents).toBe(true);
  });

  it.each([
    ['agent: billing-agent', 'agent: biling-agent', 'there is no such agent'],
    ['format: grafana', 'format: grafanna', 'nearest: grafana'],
    ['name: grafana-prod', 'name: sentry', 'that of another format'],
    ['name: grafana-prod', 'name: pagerduty', 'is taken in line'],
    ['name: grafana-prod', 'name: Grafana Prod', 'small letters'],
    ['tripwire: outcome', 'tripwire: outcom', 'outcome'],
    ['ignore: true', 'tool: ""', 'tool'],
    [', ignore: true', '', 'say what follows from it'],
    ['when: { env: staging }', 'when: {}', 'at least one label'],
    ['arn:aws:sns:eu-west-1:123456789012:agents', 'agents', 'ARN of an SNS topic'],
    ['onlyKnownAgents', 'onlyknownAgents', 'write "onlyKnownAgents"'],
    ['format: grafana', 'pager: true\n    format: grafana', 'only sources of the formats pagerduty'],
  ])('%s → %s is a fault: %s', (from, to, words) => {
    expect(faulty(from, to).join('\n')).toContain(words);
  });

  it('names the formats that there are readers for', () => {
    expect(Object.keys(FORMATS)).toEqual([...ALERT_FORMATS]);
    expect(Object.values(FORMATS).map(({ name }) => name)).toEqual([...ALERT_FORMATS]);
  });
});

describe('secrets of the environment', () => {
  const web = { get: () => Promise.reject(new Error('nothing is fetched here')) };
  const configure = (secrets: Record<string, string>) => {
    const { sources } = loadRegistry(aRunbookFolder({ 'sources.yml': SOUND }));
    return configureSources(sources.values(), { secrets, web });
  };

  it('let a source be believed by its signature', () => {
    const { sources, faults } = configure({ HALTLINE_SOURCE_GRAFANA_PROD_SECRETS: ' one ,two ' });

    expect(faults).toEqual([]);
    expect([...sources.values()].filter(({ isSigned }) => isSigned).map(({ name }) => name)).toEqual([
      'cloudwatch',
      'grafana-prod',
    ]);
  });

  it.each([
    ['HALTLINE_SOURCE_GRAFANA_PORD_SECRETS', 'x', 'belongs to no source'],
    ['HALTLINE_SOURCE_DATADOG_SECRETS', 'x', 'not signed with a secret'],
    ['HALTLINE_SOURCE_CLOUDWATCH_SECRETS', 'x', 'not signed with a secret'],
    ['HALTLINE_SOURCE_STANDARD_WEBHOOKS_SECRETS', 'hunter2', 'whsec_'],
  ])('%s=%s is a fault at the start, and the secret is not repeated', (name, secret, words) => {
    const { faults } = configure({ [name]: secret });

    expect(faults.join()).toContain(words);
    expect(faults.join()).not.toContain('hunter2');
  });
});
