import type { ActionRecord } from '../../core/action-record.js';
import type { ReportGap } from '../../core/trace.js';
import type { Ingest, WorkerLimits } from '../messages.js';
import { readReports } from '../reports/read-reports.js';
import type { ActionsRequest, OtlpRequest, TakenTelemetry } from '../types.js';
import type { Ancestry } from '../wire/ancestry.js';
import { decodeOtlp } from '../wire/decode-otlp.js';
import { inflate } from '../wire/inflate.js';
import { InvalidOtlp, TooLarge } from '../wire/invalid-otlp.js';
import { readRecords } from '../wire/read-records.js';
import type { ContentPiece, Correction, Prices, RegistryView, Teller } from '../wire/types.js';

/** What a request brought, beside its records. */
export interface Beside {
  readonly content: readonly ContentPiece[];
  readonly tellers: readonly Teller[];
  readonly corrections: readonly Correction[];
  readonly gaps: readonly ReportGap[];
  /** Spans, log records or reports that were understood. */
  readonly accepted: number;
  readonly rejected: number;
  readonly message: string | null;
}

/** What a request brought; or what to answer to it right away. */
export type IngestRead =
  | (Beside & { readonly kind: 'read'; readonly records: readonly ActionRecord[] })
  | { readonly kind: 'answer'; readonly answer: TakenTelemetry };

export interface ReadingParts {
  readonly prices: Prices;
  readonly registry: RegistryView;
  readonly ancestry: Ancestry;
  readonly limits: Pick<WorkerLimits, 'bodyBytes'>;
}

/** Decompresses, decodes and reads. Never throws for what somebody sent. */
export function readIngest(ingest: Ingest, parts: ReadingParts): IngestRead {
  try {
    switch (ingest.kind) {
      case 'otlp':
        return readOtlp(ingest.ask, parts);
      case 'actions':
        return readActions(ingest.ask, parts);
      case 'records':
        return { ...NOTHING, records: ingest.ask, accepted: ingest.ask.length };
    }
  } catch (error) {
    if (error instanceof TooLarge) return answer({ kind: 'tooLarge', message: error.message });
    if (error instanceof InvalidOtlp) return answer({ kind: 'invalid', message: error.message });
    throw error;
  }
}

const NOTHING = {
  kind: 'read',
  records: [],
  content: [],
  tellers: [],
  corrections: [],
  gaps: [],
  accepted: 0,
  rejected: 0,
  message: null,
} as const;

function readOtlp(request: OtlpRequest, { limits, ...parts }: ReadingParts): IngestRead {
  const { signal, format, receivedAtMs, boundAgentId } = request;
  const body = inflate(request.body, limits.bodyBytes, request.isCompressed ? 'compressed' : 'identity');
  const decoded = decodeOtlp({ signal, format, body });
  const { rejected, message, spans, events } = decoded;
  const accepted = spans.length + events.length;
  return {
    kind: 'read',
    ...readRecords(decoded, { ...parts, receivedAtMs, boundAgentId }),
    gaps: [],
    accepted,
    rejected,
    message,
  };
}

function readActions(request: ActionsRequest, { limits }: ReadingParts): IngestRead {
  const read = readReports(request, limits.bodyBytes);
  if (read.kind !== 'read') return answer(read);
  const { records, gaps } = read;
  return { ...NOTHING, records, gaps, accepted: records.length + gaps.length };
}

function answer(taken: TakenTelemetry): IngestRead {
  return { kind: 'answer', answer: taken };
}
