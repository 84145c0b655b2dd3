import type { FastifyInstance } from 'fastify';
import { readFigures, type Figures } from '../../operations/read-figures.js';
import type { HttpDeps } from '../http-deps.js';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** `/metrics` in Prometheus' text format. Open to all: it names agents, their tools and endpoints, and no person. */
export function metricsRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get('/metrics', async (_request, reply) => {
    const [figures, activity] = await Promise.all([readFigures(http.deps), readActivity(http)]);
    const own = [info(http), ...metricsOf(figures), reads(activity)].map(written).join('');
    const body = Buffer.concat([Buffer.from(own), activity ?? NO_BYTES]);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(body);
  });
}

const NO_BYTES = new Uint8Array();
/** Prometheus gives up on a scrape after 10 s; our own figures are worth more than none. */
const PATIENCE_MS = 5_000;

/** The series that agents make, written by the thread that counts them; null where it does not answer. */
async function readActivity({ telemetry }: HttpDeps): Promise<Uint8Array | null> {
  if (telemetry === undefined) return null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  const read = telemetry.exposition().catch(() => null);
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

function reads(activity: Uint8Array | null): Metric {
  return {
    name: 'haltline_telemetry_up',
    help: '1 while the series of agents stand below; 0 where they are missing, which does not mean zero.',
    samples: [{ value: activity === null ? 0 : 1 }],
  };
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
  const { points, outbox, quarantine } = figures;
  const wait = quarantine.medianWaitSeconds;
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
      help: 'Guards by the state of their connection.',
      samples: Object.entries(points).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: 'haltline_quarantine_attempts',
      help: 'Attempts that orders have held, by what became of them; `held` waits for a person.',
      samples: Object.entries(quarantine.attempts).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: 'haltline_quarantine_wait_median_seconds',
      help: 'Median time from holding to the decision, of the newest 1000 decisions. Left out before the first.',
      samples: wait === null ? [] : [{ value: wait }],
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
    ...alerting(figures),
  ];
}

/** What keeps alerts from waking people. */
function alerting({ sources, pagers }: Figures): Metric[] {
  return [
    {
      name: 'haltline_source_paused',
      help: '1 while what a source of alerts posts is stored and wakes nobody.',
      samples: sources.map(({ name, paused }) => ({
        labels: { source: name },
        value: paused === null ? 0 : 1,
      })),
    },
    {
      name: 'haltline_source_held_posts',
      help: 'Posts of a source that are answered and wait to be taken.',
      samples: sources.map(({ name, held }) => ({ labels: { source: name }, value: held })),
    },
    {
      name: 'haltline_pager_failing',
      help: '1 while a pager outside Slack does not take what it is told.',
      samples: pagers.map(({ name, isFailing }) => ({ labels: { pager: name }, value: isFailing ? 1 : 0 })),
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
