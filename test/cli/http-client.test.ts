import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { call, CallError, download, type Connection } from '../../src/cli/http-client.js';

const MAY_BE_DONE = 'may have been done all the same';

async function aServer(answer: RequestListener): Promise<Connection> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, token: 'a-token', patienceMs: 300 };
}

async function refusalOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CallError)) throw new Error(`no refusal: ${String(error)}`);
  return error.message;
}

it('says that nobody answers where nobody is', async () => {
  const nobody = { url: 'http://127.0.0.1:1', token: 'a-token' };

  expect(await refusalOf(call(nobody, 'POST', '/v1/halts', {}))).toMatch(/^No Haltline answers at/u);
});

it('does not say so of one that is slow, and that what was asked may have been done', async () => {
  const slow = await aServer(() => undefined);

  const said = await refusalOf(call(slow, 'POST', '/v1/halts', {}));

  expect(said).toContain('did not answer within 0.3 s');
  expect(said).toContain(MAY_BE_DONE);
  expect(await refusalOf(call(slow, 'GET', '/v1/status'))).not.toContain(MAY_BE_DONE);
});

it('says the same of an answer that breaks off', async () => {
  const broken = await aServer((_request, response) => {
    response.writeHead(201, { 'content-length': '100' });
    response.write('{"haltId"', () => response.destroy());
  });

  const said = await refusalOf(call(broken, 'POST', '/v1/halts', {}));

  expect(said).toContain('broke off');
  expect(said).toContain(MAY_BE_DONE);
});

it('gives the words of a refusal for a file as well', async () => {
  const refusing = await aServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ title: 'Not found', detail: 'There is no INC-9.' }));
  });

  expect(await refusalOf(download(refusing, '/v1/incidents/INC-9/post-mortem.md'))).toBe(
    'There is no INC-9.',
  );
});
