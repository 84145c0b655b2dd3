/**
 * Posts over bare sockets, one request at a time on each: whoever sends must cost next to nothing, for in the field he
 * has a machine of his own, and here he would take the server's processor away from it.
 */
import { connect } from 'node:net';

/** `post(body)` resolves with what the server answered; 599 where it answered nothing. */
export function openPosters({ port, token, path, connections }) {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    'content-length: ',
  ].join('\r\n');
  const waiting = [];
  const free = [];
  const sockets = new Set();
  const next = () => {
    while (waiting.length > 0 && (free.length > 0 || sockets.size < connections)) {
      const { body, resolve } = waiting.shift();
      void exchange(free.pop() ?? open(), `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`).then(resolve);
    }
  };
  const open = () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
    sockets.add(socket);
    return socket;
  };
  const exchange = (socket, request) =>
    new Promise((resolve) => {
      let text = '';
      const end = (answer, isUsable) => {
        socket.removeAllListeners();
        if (isUsable) free.push(socket);
        else {
          sockets.delete(socket);
          socket.on('error', () => undefined).destroy();
        }
        resolve(answer);
        next();
      };
      const broken = () => end({ status: 599, text: '', retryAfter: 1 }, false);
      socket.on('error', broken).on('close', broken);
      socket.on('data', (chunk) => {
        text += chunk;
        const answer = answerIn(text);
        if (answer !== undefined) end(answer, !answer.isLast);
      });
      socket.write(request);
    });
  return {
    post: (body) =>
      new Promise((resolve) => {
        waiting.push({ body, resolve });
        next();
      }),
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

/** Undefined until all of it has come. Our server says how long each of its answers is. */
function answerIn(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd).toLowerCase();
  const body = text.slice(headEnd + 4);
  if (body.length < Number(/\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0)) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    text: body,
    retryAfter: Number(/\nretry-after: (\d+)/.exec(head)?.[1]),
    isLast: head.includes('\nconnection: close'),
  };
}
