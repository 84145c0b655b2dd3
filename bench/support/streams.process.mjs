/**
 * Many bare enforcement points in one process: each holds one stream over a plain socket, parses every state that
 * it is told, and acknowledges it. Statements are posted a thousand at a time, as a sidecar would.
 */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { nowMs, serve } from './processes.mjs';

const BATCH = 1_000;
const AT_ONCE = 200;
/** Of `guard/follow-plane.ts`. */
const BACKOFF_MS = { first: 250, most: 4_000 };

let target;
let streams = [];
let round;
let statements = [];
let flushing;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** Opens `count` streams and waits for the first state of each. */
async function open({ count, ...input }) {
  target = input;
  const startedAt = nowMs();
  streams = Array.from({ length: count }, (_, index) => createStream(`${target.prefix}-${index}`));
  const queue = [...streams];
  const worker = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await untilOpen(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { ms: nowMs() - startedAt, refused: streams.reduce((sum, each) => sum + each.refused, 0) };
}

function createStream(pointId) {
  return { pointId, epoch: -1, planeId: '', rest: '', refused: 0, opened: undefined, socket: undefined };
}

/** Tries until it has a state, and waits in between as a guard does. */
async function untilOpen(stream) {
  for (let failures = 0; ; failures += 1) {
    if (await new Promise((resolve) => attempt(stream, resolve))) return;
    stream.refused += 1;
    const mostMs = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * mostMs));
  }
}

function attempt(stream, resolve) {
  const { port, token, agentId } = target;
  const query = new URLSearchParams({ agent: agentId, point: stream.pointId, instance: stream.pointId });
  const socket = connect({ port, host: '127.0.0.1' });
  stream.socket = socket;
  stream.rest = '';
  stream.opened = () => resolve(true);
  socket.setEncoding('latin1');
  socket.on('data', (text) => take(stream, text));
  socket.on('error', () => undefined);
  socket.once('close', () => {
    resolve(false);
    if (target.reopen && stream.opened === undefined) void untilOpen(stream);
  });
  socket.write(
    `GET /v1/halts/stream?${query} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
}

function take(stream, text) {
  const all = stream.rest + text;
  const end = all.lastIndexOf('\n\n');
  stream.rest = end < 0 ? all : all.slice(end + 2);
  if (/^HTTP\/1\.1 [45]/.test(all)) {
    stream.socket.destroy();
    return;
  }
  if (end < 0) return;
  for (const block of all.slice(0, end).split('\n\n')) {
    if (block.includes('event: state'))
      takeState(stream, JSON.parse(block.slice(block.indexOf('data: ') + 6)));
  }
}

function takeState(stream, { epoch, planeId }) {
  const isNewer = epoch > stream.epoch;
  const isFirst = stream.opened !== undefined;
  stream.epoch = epoch;
  stream.planeId = planeId;
  if (isFirst) {
    stream.opened();
    stream.opened = undefined;
  }
  if (!isNewer || isFirst) return;
  round?.arrived.set(stream.pointId, nowMs());
  if (target.acknowledge) state(stream);
  checkRound();
}

/** "All that this order covers is denied here, and nothing of it runs." */
function state({ pointId, planeId, epoch }) {
  statements.push(
    `{"pointId":"${pointId}","agentId":"${target.agentId}","instance":"${pointId}","planeId":"${planeId}","epoch":${epoch},"level":"quiesced","inflight":{}}`,
  );
  if (statements.length >= BATCH) flush();
  else flushing ??= setTimeout(flush, 20);
}

function flush() {
  clearTimeout(flushing);
  flushing = undefined;
  if (statements.length === 0) return;
  const batch = statements;
  statements = [];
  const current = round;
  void post(`[${batch.join(',')}]`).then(() => {
    if (current === undefined) return;
    current.durable += batch.length;
    current.durableAt = nowMs();
    checkRound();
  });
}

async function post(body) {
  for (;;) {
    const { status, text } = await new Promise((resolve) => {
      const outgoing = request(
        {
          agent,
          method: 'POST',
          port: target.port,
          host: '127.0.0.1',
          path: '/v1/acks',
          headers: {
            authorization: `Bearer ${target.token}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          let text = '';
          response.on('data', (bytes) => (text += bytes));
          response.once('end', () => resolve({ status: response.statusCode, text }));
        },
      );
      outgoing.once('error', () => resolve({ status: 0 }));
      outgoing.end(body);
    });
    if (status === 200) return;
    if (status >= 400 && status < 500) throw new Error(`acks were answered ${status}: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function checkRound() {
  if (round === undefined || round.arrived.size < streams.length) return;
  if (target.acknowledge && round.durable < streams.length) {
    if (statements.length > 0 && round.arrived.size === streams.length) flush();
    return;
  }
  round.finish?.();
}

serve({
  open,
  /** From now on, what arrives is counted. */
  arm: async () => {
    round = { arrived: new Map(), durable: 0, durableAt: 0, finish: undefined };
  },
  /** Resolves when every stream has heard, and every statement has been taken. */
  collect: async () => {
    const current = round;
    await new Promise((resolve) => {
      current.finish = resolve;
      checkRound();
    });
    round = undefined;
    return { arrivedAt: [...current.arrived.values()], durableAt: current.durableAt };
  },
  countOpen: async () => streams.filter(({ socket }) => socket?.readyState === 'open').length,
  close: async () => {
    target = { ...target, reopen: false };
    for (const { socket } of streams) socket.destroy();
    streams = [];
  },
});
