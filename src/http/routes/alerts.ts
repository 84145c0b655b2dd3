import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { NO_PAGER } from '../../core/source-settings.js';
import { hasScope } from '../../operations/access/authenticate.js';
import { takePost, type PostTaken } from '../../operations/alerts/take-post.js';
import type { ConfiguredSource, ParsedAlerts } from '../../sources/types.js';
import { aFewAtATime } from '../a-few-at-a-time.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem } from '../problem.js';
import { createRateLimit } from '../rate-limit.js';
import { admitPoster, admitSigned, isSignedAsWell } from '../signed-post.js';

/** What a poster of alerts is told. */
interface AlertsAnswer extends PostTaken {
  readonly truncatedAlerts: number;
  readonly notes: ParsedAlerts['notes'];
}

/** About two milliseconds of reading, or of answering. */
const PER_TURN = 8;

interface AlertsRoute {
  Params: { source: string };
}

/** `POST /v1/alerts/:source` and the formats it reads. */
export function alertsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const limit = createRateLimit(http.limits.perSource);
  const named = (name: string): ConfiguredSource => sourceNamed(http, name);
  const admit = admitPoster(http);
  const itsTurn = aFewAtATime(PER_TURN);

  // A scope of its own: signatures are over the bytes, so nothing may read them first.
  void server.register(async (posts) => {
    posts.removeAllContentTypeParsers();
    posts.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    posts.post<AlertsRoute>(
      '/v1/alerts/:source',
      { onRequest: (request, reply) => admit(named(request.params.source))(request, reply) },
      async (request): Promise<AlertsAnswer> => {
        const source = named(request.params.source);
        const bytes = bytesOf(request);
        await itsTurn();
        await admitSigned(http, source, { request, bytes });
        const now = http.deps.now();
        const context = { alertNames: http.deps.registry.alertNames, now };
        const parsed = source.read({ bytes, headers: request.headers }, context);
        const isStorm = limit(source.name, now) > 0;
        const taken = await take(http, { source, parsed, isStorm, request, bytes });
        // Those that were stored together are answered a few at a time as well.
        await itsTurn();
        return taken;
      },
    );
  });

  server.options<AlertsRoute>('/v1/alerts/:source', async (request, reply) =>
    reply.headers(permission(named(request.params.source), request)).send(),
  );

  server.get('/v1/sources', async () => ({ sources: [...http.sources.keys()] }));

  server.get<AlertsRoute>('/v1/sources/:source/schema', async (request, reply) =>
    reply.type('application/schema+json').send(named(request.params.source).schema),
  );
}

/**
 * Senders of CloudEvents ask first whether they may post here (https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md):
 * anybody may. Whether what they post is believed is another matter.
 */
function permission({ settings }: ConfiguredSource, { headers }: FastifyRequest): Record<string, string> {
  const origin = headers['webhook-request-origin'];
  if (settings.format !== 'cloudevents' || typeof origin !== 'string')
    throw new HttpProblem(405, 'This address answers to POST.', { allow: 'POST' });
  return { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' };
}

interface Taking {
  readonly source: ConfiguredSource;
  readonly parsed: ParsedAlerts;
  readonly isStorm: boolean;
  readonly request: FastifyRequest;
  readonly bytes: Uint8Array;
}

async function take(http: HttpDeps, taking: Taking): Promise<AlertsAnswer> {
  const { source, parsed, isStorm, request } = taking;
  const { alerts, deliveryId = null, truncated } = parsed;
  const { reports, notes: unheard } = await believed(http, taking);
  if (truncated > 0) request.log.warn({ source: source.name, truncated }, 'the sender left out alerts');
  const loud = parsed.notes.flatMap(({ note, isLoud }) => (isLoud === true ? [note] : []));
  if (loud.length > 0) request.log.warn({ source: source.name, notes: loud }, 'alerts of a source are lost');
  const agreed = await shakeHands(taking);
  const actor: Actor = { kind: 'source', id: source.name, roles: [], via: 'http' };
  const post = { alerts, reports, deliveryId };
  const taken = await takePost(http.deps, { source: source.settings, post, actor, isStorm });
  const tokenId = request.caller?.tokenId ?? 'signature';
  // What is only counted again comes thousands of times in a storm.
  const level = taken.outcomes.length > 0 && taken.outcomes.every(isRepeat) ? 'debug' : 'info';
  request.log[level]({ source: source.name, tokenId, post: taken.post }, 'alerts taken');
  if (taken.outcomes.some(({ outcome }) => outcome === 'failed')) throw notAllStored(taken);
  const notes = [...parsed.notes, ...unheard, ...(agreed === null ? [] : [{ dedupKey: null, note: agreed }])];
  return { ...taken, truncatedAlerts: truncated, notes };
}

function isRepeat({ outcome }: PostTaken['outcomes'][number]): boolean {
  return outcome === 'repeated';
}

/**
 * What a pager says can end the paging: whoever may only raise alerts must not say it in its name. Its own signature
 * says it, or somebody who may acknowledge anyway.
 */
async function believed(
  http: HttpDeps,
  { source, parsed, request, bytes }: Taking,
): Promise<Required<Pick<ParsedAlerts, 'reports' | 'notes'>>> {
  const { reports = [] } = parsed;
  const { caller } = request;
  if (reports.length > 0 && !source.settings.isPager)
    return { reports: [], notes: [{ dedupKey: null, note: NO_PAGER }] };
  if (reports.length === 0 || caller === null || hasScope(caller, ['operate'])) return { reports, notes: [] };
  if (await isSignedAsWell(http, source, { request, bytes })) return { reports, notes: [] };
  const note =
    'Who has the page is believed by the signature of the pager only: set the secrets of this source.';
  return { reports: [], notes: [{ dedupKey: null, note }] };
}

/** The other side is asked before we answer: a sender that is not confirmed would never post. */
async function shakeHands({ source, parsed, request }: Taking): Promise<string | null> {
  try {
    return await source.shakeHands(parsed, { hasToken: request.caller !== null });
  } catch (cause) {
    if (cause instanceof DomainError) throw cause;
    throw new DomainError('unavailable', 'The subscription could not be confirmed: send it again.', {
      cause,
    });
  }
}

/** Empty where nothing was sent. */
function bytesOf({ body, headers }: FastifyRequest): Uint8Array {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new HttpProblem(415, 'Send it uncompressed, without content-encoding.');
  return body instanceof Uint8Array ? body : new Uint8Array();
}

function sourceNamed(http: HttpDeps, name: string): ConfiguredSource {
  const source = http.sources.get(name);
  if (source !== undefined) return source;
  const known = [...http.sources.keys()].map((each) => `/v1/alerts/${each}`).join(', ');
  throw new DomainError('not-found', `I know no alert source by that name. Post to ${known}.`);
}

/** 503 even when only one failed: senders repeat what was not taken whole, and what is stored is not stored twice. */
function notAllStored(taken: PostTaken): HttpProblem {
  const { outcomes } = taken;
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length;
  const detail = `${failed} of ${outcomes.length} alerts could not be stored: send the same body again.`;
  return new HttpProblem(503, detail, { 'retry-after': '5' }, { outcomes });
}
