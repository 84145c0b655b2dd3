/** Asks one address over and over on open connections, several questions at a time, and counts the answers. */
import { connect } from 'node:net';
import { nowMs, serve } from './processes.mjs';

serve({
  ask: ({ port, request, connections, depth, ms }) => askFor({ port, request, connections, depth, ms }),
});

async function askFor({ port, request, connections, depth, ms }) {
  const counts = { answers: 0, other: 0 };
  const questions = request.repeat(depth);
  const startedAt = nowMs();
  const until = startedAt + ms;
  await Promise.all(
    Array.from({ length: connections }, () => askOn({ port, questions, depth, until, counts })),
  );
  return { ...counts, perSecond: (counts.answers * 1000) / (nowMs() - startedAt) };
}

function askOn({ port, questions, depth, until, counts }) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(questions));
    let open = depth;
    let rest = '';
    socket.setNoDelay(true).setEncoding('latin1').once('error', reject).once('close', resolve);
    socket.on('data', (text) => {
      const answers = (rest + text).split('\r\n\r\n');
      rest = answers.pop();
      for (const answer of answers) if (!answer.startsWith('HTTP/1.1 200 ')) counts.other += 1;
      counts.answers += answers.length;
      open -= answers.length;
      if (open > 0) return;
      if (nowMs() >= until) return void socket.destroy();
      open = depth;
      socket.write(questions);
    });
  });
}
