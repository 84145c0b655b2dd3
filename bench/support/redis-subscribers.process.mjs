/** Many subscribers of one Redis channel in one process, each over a plain socket; they parse what they are told. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { nowMs, serve } from './processes.mjs';

const AT_ONCE = 200;
let sockets = [];
let round;
let heard = 0;

async function open({ port, channel, count }) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      sockets.push(await subscribe(port, channel));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker));
}

async function subscribe(port, channel) {
  const socket = connect({ port, host: '127.0.0.1' }).setEncoding('latin1').setNoDelay(true);
  await once(socket, 'connect');
  socket.write(`SUBSCRIBE ${channel}\r\n`);
  await once(socket, 'data');
  let rest = '';
  socket.on('data', (text) => {
    rest += text;
    const start = rest.indexOf('data: ');
    const end = rest.indexOf('\n\n', start);
    if (start < 0 || end < 0) return;
    JSON.parse(rest.slice(start + 'data: '.length, end));
    rest = '';
    take();
  });
  return socket.on('error', () => undefined);
}

function take() {
  heard += 1;
  round?.arrivedAt.push(nowMs());
  if (round?.arrivedAt.length === sockets.length) round.finish?.();
}

serve({
  open,
  arm: async () => {
    round = { arrivedAt: [], finish: undefined };
  },
  /** Resolves when every subscriber has heard. */
  collect: async () => {
    const current = round;
    if (current.arrivedAt.length < sockets.length) await new Promise((resolve) => (current.finish = resolve));
    round = undefined;
    return { arrivedAt: current.arrivedAt };
  },
  look: async () => ({ heard }),
  close: async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
  },
});
