import type { FastifyInstance } from 'fastify';
import { readFigures, type Figures } from '../../operations/read-figures.js';
import type { HttpDeps } from '../http-deps.js';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** `/metrics` in Prometheus' text format. Open to all, so it names nobody: counts only. */
export function metricsRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get('/metrics', async (_request, reply) => {
    const metrics = [info(http), ...metricsOf(await readFigures(http.deps))];
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.map(written).join(''));
  });
}

function info({ version, deps }: HttpDeps): Metric {
  const labels = { version, runbooks: deps.registry.hash.slice(0, 12) };
  return {
    name: 'haltline_info',
    help: 'The version that runs, and of its runbooks.',
    samples: [{ labels, value: 1 }],
  };
}

function metricsOf(figures: Figures): Metric[] {
  const { points, outbox } = figures;
  return [
    {
      name: 'haltline_incidents_open',
      help: 'Incidents that are not closed.',
      samples: [
        { labels: { kind: 'incident' }, value: figures.openIncidents },
        { labels: { kind: 'drill' }, value: figures.openDrills },
      ],
    },
    {
      name: 'haltline_halts_in_force',
      help: 'Halts that deny something right now.',
      samples: [{ value: figures.haltsInForce }],
    },
    {
      name: 'haltline_epoch',
      help: 'Epoch of the state that guards are told.',
      samples: [{ value: figures.epoch }],
    },
    {
      name: 'haltline_enforcement_points',
      help: 'Enforcement points by state.',
      samples: Object.entries(points).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: 'haltline_outbox_waiting',
      help: 'Effects that the outside has not taken yet.',
      samples: [{ value: outbox.waiting }],
    },
    {
      name: 'haltline_outbox_oldest_seconds',
      help: 'Age of the oldest of them.',
      samples: [{ value: outbox.oldestSeconds }],
    },
  ];
}

function written({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => `${name}${writtenLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function writtenLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
