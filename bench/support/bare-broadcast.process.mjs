/** The baseline: a bare Node HTTP server that writes the same pre-encoded bytes to every open stream, and answers 200 to whatever is posted. */
import { createServer } from 'node:http';
import { nowMs, serve } from './processes.mjs';

const sockets = new Set();
let first = '';

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    request.resume().once('end', () => response.end('{}'));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.socket.setNoDelay(true);
  response.write(first);
  const { socket } = response;
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  socket.on('error', () => socket.destroy());
});

serve({
  listen: async (input) => {
    first = input.first;
    await new Promise((resolve) => server.listen({ ...input, host: '127.0.0.1', backlog: 4_096 }, resolve));
  },
  /** Answers with when it began. */
  broadcast: async ({ text }) => {
    const chunk = Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
    const startedAt = nowMs();
    for (const socket of sockets) socket.write(chunk);
    return startedAt;
  },
});
