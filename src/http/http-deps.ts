/** What the HTTP door is handed by `app.ts`. */
import type { RequestListener } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { Deps } from '../operations/deps.js';
import type { GatewayPoints } from '../operations/points/gateway-points.js';
import type { ConfiguredSource } from '../sources/types.js';
import type { Telemetry } from '../telemetry/types.js';
import type { BucketSize } from './rate-limit.js';

export interface HttpDeps {
  readonly deps: Deps;
  /** Alert sources by name. */
  readonly sources: ReadonlyMap<string, ConfiguredSource>;
  /** A pino logger that redacts `authorization`. */
  readonly logger: FastifyBaseLogger;
  /** `hashToken(HALTLINE_BOOTSTRAP_TOKEN)`; null where it is not set. */
  readonly bootstrapHash: string | null;
  /** Our version, for `/metrics` and `/openapi.json`. */
  readonly version: string;
  /** How the parts outside this door are: Slack, schedules. */
  readonly readiness: () => Promise<Readiness>;
  readonly limits: HttpLimits;
  /** Which agents are behind which gateway; made here where left out. */
  readonly gateways?: GatewayPoints | undefined;
  /** Where spans and reports go; without it they are told to come back. */
  readonly telemetry?: Telemetry | undefined;
  /** Slack's requests in HTTP mode, signed and unread: everything below `SLACK_PATH` goes there. */
  readonly slackListener?: RequestListener | undefined;
}

/** Where the manifest points Slack's request URLs when Socket Mode is off. */
export const SLACK_PATH = '/slack/events';

/** Whether to send us traffic, and why not, part by part. */
export interface Readiness {
  readonly ready: boolean;
  /** Part → `ok`, or what is wrong with it in a few words. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface HttpLimits {
  /** Largest body in bytes. */
  readonly bodyBytes: number;
  /** Streams open at once; whoever has one keeps it, newcomers are told to come back. */
  readonly streams: number;
  /** Streams that may be waiting to be opened at once. */
  readonly openingStreams: number;
  /** Posts per alert source that are taken at once; what comes beyond is stored and taken in its turn. */
  readonly perSource: BucketSize;
  /** Largest body of telemetry in bytes, and how many bytes of such bodies are held at once. */
  readonly telemetryBytes: number;
  readonly telemetryHeldBytes: number;
  /** Failed authentications per client address. */
  readonly failedAuth: BucketSize;
}

/**
 * A storm of alerts is stored: what comes at once is stored together (`operations/alerts/alert-intake.ts`), so that only a
 * flood beyond any storm has to wait its turn. Streams and failures are told to wait.
 */
export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 1_048_576,
  streams: 16_000,
  openingStreams: 2_000,
  perSource: { burst: 20_000, perSecond: 2_000 },
  telemetryBytes: 8_388_608,
  telemetryHeldBytes: 67_108_864,
  failedAuth: { burst: 20, perSecond: 0.2 },
};
