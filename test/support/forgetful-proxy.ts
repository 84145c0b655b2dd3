import { createServer, request } from 'node:http';
import { onTestFinished } from 'vitest';

/** Passes everything on, but forgets the first answer from an address that ends like this. */
export async function forgetfulProxy(target: string, ending: string) {
  let lost = 0;
  const server = createServer((incoming, response) => {
    const { url: path = '/', method = 'GET', headers } = incoming;
    const onward = request(target + path, { method, headers }, (answer) => {
      if (path.endsWith(ending) && lost === 0) {
        lost += 1;
        return void answer.resume().once('end', () => response.destroy());
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, lost: () => lost };
}
