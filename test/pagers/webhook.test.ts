import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createPagers } from '../../src/pagers/registry.js';
import type { Pager } from '../../src/pagers/types.js';
import { bodyOf, listening } from '../support/listening.js';
import { aMessage } from '../support/pagers.js';
import { openReceiver, says, SECRET, type Receiver } from '../support/receiver.js';

const NEXT = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

function pagerOf({ url }: Pick<Receiver, 'url'>, secret = SECRET): Pager {
  const { pagers, faults } = createPagers(
    { pagerduty: null, webhook: { url, secret } },
    { nowMs: Date.now, timeoutMs: 500 },
  );
  return pagers.get('webhook') ?? expect.fail(faults.join());
}

describe('the webhook pager', () => {
  it('posts what is signed as Standard Webhooks says', async () => {
    const receiver = await openReceiver(says(204, ''));

    const answer = await pagerOf(receiver).send(aMessage());

    const [told] = receiver.told;
    expect(answer).toEqual({ kind: 'accepted' });
    expect(told).toMatchObject({ isSigned: true, id: 'hl_1', type: 'page.ordered' });
    expect(JSON.parse(told?.text ?? '')).toMatchObject({
      type: 'page.ordered',
      timestamp: '2026-11-20T03:12:00.000Z',
      data: {
        incident: 'INC-7',
        dedupKey: 'haltline:INC-7',
        severity: 'sev1',
        role: 'agent-owner',
        attempt: 1,
      },
    });
  });

  it('signs with both secrets while one is changed, so that the other side may change in its own time', async () => {
    const heard: { headers: Record<string, string>; body: string }[] = [];
    const url = await listening((request, response) => {
      void bodyOf(request).then((body) => {
        const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
        heard.push({ headers: Object.fromEntries(headers), body: body.toString('utf8') });
        response.writeHead(204).end();
      });
    });

    const answer = await pagerOf({ url }, `${SECRET}, ${NEXT}`).send(aMessage());

    expect(answer).toEqual({ kind: 'accepted' });
    for (const secret of [SECRET, NEXT])
      for (const { headers, body } of heard)
        expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'page.ordered' });
    expect(heard).toHaveLength(1);
  });

  it.each([
    ['acknowledge', 'page.acknowledged'],
    ['resolve', 'incident.closed'],
  ] as const)('says %s as %s', async (verb, type) => {
    const receiver = await openReceiver(says(200, 'thanks'));

    await pagerOf(receiver).send(aMessage({ verb }));

    expect(receiver.told[0]?.type).toBe(type);
  });

  it.each([
    [500, 'failed'],
    [502, 'failed'],
    [404, 'failed'],
    [401, 'failed'],
    [429, 'failed'],
    [410, 'refused'],
    [400, 'refused'],
  ])('takes %i as %s', async (status, kind) => {
    const receiver = await openReceiver(says(status, ''));

    expect(await pagerOf(receiver).send(aMessage())).toMatchObject({ kind });
  });

  it.each([
    ['', SECRET, 'HALTLINE_PAGER_WEBHOOK_URL'],
    ['http://pager.example/', SECRET, 'HALTLINE_PAGER_WEBHOOK_URL'],
    ['https://user:secret@pager.example/', SECRET, 'HALTLINE_PAGER_WEBHOOK_URL'],
    ['https://pager.example/', '', 'HALTLINE_PAGER_WEBHOOK_SECRET'],
    ['https://pager.example/', 'hunter2', 'HALTLINE_PAGER_WEBHOOK_SECRET'],
    ['https://pager.example/', `${SECRET},hunter2`, 'HALTLINE_PAGER_WEBHOOK_SECRET'],
  ])('is a fault at start with the address "%s" and the secret "%s"', (url, secret, named) => {
    const { faults } = createPagers({ pagerduty: null, webhook: { url, secret } }, { nowMs: Date.now });

    expect(faults).toEqual([expect.stringContaining(named)]);
    expect(faults.join()).not.toContain('hunter2');
  });
});
