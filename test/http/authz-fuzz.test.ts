import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aGateway, send, withGateways } from '../support/gateways.js';
import { openHaltDesk } from '../support/halting.js';

const RUNS = 300;
/** What Node's own client agrees to send. */
const sendable = fc
  .string({ maxLength: 60, unit: 'binary' })
  .map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/gu, '?'));
const name = fc.oneof(
  sendable,
  fc.constantFrom('billing-agent', 'support-agent', 'stripe.refund', '', ' ', 'true'),
);
const headers = fc.record(
  {
    'x-halt-agent': fc.oneof(name, fc.array(name, { maxLength: 3 })),
    'x-agent-id': name,
    'x-halt-tool': name,
    'x-halt-class': name,
    'x-halt-action': name,
    'x-halt-read-only': name,
    'x-halt-release': fc.oneof(name, fc.constant('Q-1/guess')),
    'x-original-uri': name,
    'x-original-url': fc.oneof(name, fc.webUrl()),
    'x-forwarded-uri': fc.webPath(),
    'x-forwarded-method': name,
    'x-haltline-token': name,
    authorization: name,
    'content-type': name,
  },
  { requiredKeys: [] },
);
const path = fc
  .string({ maxLength: 80 })
  .map((text) => `/v1/authz${text === '' ? '' : `/${text}`}`.replace(/[^\x21-\x7e]/gu, '%20'));
const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
);

it('answers whatever is asked with 200, 401 or 403, and never with 200 while everything is halted', async () => {
  const routes = [{ path: '/a/*/**', methods: [], tool: 'stripe.refund', readOnly: true }];
  const desk = await openHaltDesk({ registry: withGateways({ routes }) });
  const { token } = await aGateway(desk);
  const question = fc.record({
    path,
    method,
    headers,
    token: fc.constantFrom(token, token, token, null, 'x'),
  });
  const ask = (each: typeof question extends fc.Arbitrary<infer T> ? T : never) => send(desk.url, each);

  await fc.assert(
    fc.asyncProperty(question, async (each) => {
      expect([200, 401, 403]).toContain((await ask(each)).status);
    }),
    { numRuns: RUNS },
  );
  await desk.order();
  await fc.assert(
    fc.asyncProperty(question, async (each) => {
      expect([401, 403]).toContain((await ask(each)).status);
    }),
    { numRuns: RUNS },
  );
});
