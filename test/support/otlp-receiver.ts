/** A bare HTTP server that keeps what exporters post to it. */
import { createServer } from 'node:http';
import { decodeOtlp } from '../../src/telemetry/wire/decode-otlp.js';
import { inflate } from '../../src/telemetry/wire/inflate.js';
import type { Decoded } from '../../src/telemetry/wire/types.js';
import { bodyOf, listenOn, stopServer } from './listening.js';

export interface PostedBody {
  readonly path: string;
  readonly contentType: string;
  readonly encoding: string;
  readonly body: Buffer;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly posted: readonly PostedBody[];
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const posted: PostedBody[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      posted.push({
        path: request.url ?? '',
        contentType: request.headers['content-type'] ?? '',
        encoding: request.headers['content-encoding'] ?? 'identity',
        body,
      });
      response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' }).end();
    });
  });
  const port = await listenOn(server);
  return {
    url: `http://127.0.0.1:${port}`,
    posted,
    close: () => stopServer(server),
  };
}

/** What an exporter posted, decoded by what its headers say. */
export function decodePosted({ path, contentType, encoding, body }: PostedBody): Decoded {
  return decodeOtlp({
    signal: path === '/v1/logs' ? 'logs' : 'traces',
    format: contentType.startsWith('application/json') ? 'json' : 'protobuf',
    body: encoding === 'gzip' ? inflate(body, 8_388_608) : body,
  });
}
