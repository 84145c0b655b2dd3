/** The Collector's configuration, as far as it can be held against something without the program itself. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { API_CALLS, FAMILIES, TOOL_CALLS } from '../../src/telemetry/metrics/families.js';
import { FOLDER } from '../support/prometheus.js';

const Parts = z.record(z.string(), z.unknown());
const Names = z.array(z.string());
const Collector = z.strictObject({
  receivers: Parts,
  processors: Parts,
  connectors: z.record(
    z.string(),
    z.object({
      namespace: z.string(),
      dimensions: z.array(z.object({ name: z.string() })),
      exclude_dimensions: Names,
      resource_metrics_key_attributes: Names,
    }),
  ),
  exporters: Parts,
  extensions: Parts,
  service: z.strictObject({
    extensions: Names,
    pipelines: z.record(
      z.string().regex(/^(?:traces|metrics|logs)(?:\/|$)/),
      z.strictObject({ receivers: Names, processors: Names.default([]), exporters: Names }),
    ),
  }),
});

const text = readFileSync(`${FOLDER}/otel-collector.yml`, 'utf8');
const collector = Collector.parse(parse(text));
const pipelines = Object.values(collector.service.pipelines);

describe('the configuration for the OpenTelemetry Collector', () => {
  it.each(['receivers', 'processors', 'exporters'] as const)(
    'names no %s that it does not set up, and none in vain',
    (kind) => {
      const { connectors } = collector;
      const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind]));
      const known = [
        ...Object.keys(collector[kind]),
        ...(kind === 'processors' ? [] : Object.keys(connectors)),
      ];

      expect([...used].toSorted()).toEqual(known.toSorted());
    },
  );

  it('switches on the extensions that it sets up and refers to', () => {
    const { extensions, service } = collector;

    expect(service.extensions.toSorted()).toEqual(Object.keys(extensions).toSorted());
    for (const [, named] of text.matchAll(/(?:authenticator|storage): (\S+)/g))
      expect(service.extensions).toContain(named);
  });

  it('counts under the names and labels of the metric contract', () => {
    const counted = Object.values(collector.connectors).map(({ namespace, dimensions }) => ({
      name: `${namespace}.calls`.replaceAll('.', '_').concat('_total'),
      labels: dimensions.map(({ name }) => name),
    }));
    const wanted = FAMILIES.filter(({ name }) => name === API_CALLS || name === TOOL_CALLS);

    expect(counted).toEqual(
      expect.arrayContaining(wanted.map(({ name, labels }) => ({ name, labels: ['tenant', ...labels] }))),
    );
  });

  it('has one counter for each service, told apart by its name, however many processes it has', () => {
    for (const connector of Object.values(collector.connectors)) {
      expect(connector.resource_metrics_key_attributes).toEqual(['service.name']);
      expect(connector.exclude_dimensions).not.toContain('service.name');
    }
  });

  it('has everything on disk before it is put into batches, and makes agents wait before anything is lost', () => {
    const queue = z
      .object({
        sending_queue: z.object({
          storage: z.string(),
          block_on_overflow: z.literal(true),
          batch: z.object({ max_size: z.number().max(1024) }),
        }),
      })
      .safeParse(collector.exporters['otlphttp/haltline']);

    expect(queue.error).toBeUndefined();
    expect(Object.keys(collector.processors)).not.toContain('batch');
  });
});
