/** Answers that must not be taken for "stopped", and clocks. */
import { describe, expect, it } from 'vitest';
import { openActuatorDesk, switchOf } from '../support/actuators.js';
import { listening } from '../support/listening.js';
import { halt } from '../support/plane.js';
import { obedientSwitch, openReceiver, says, STOPPED, type Reply } from '../support/receiver.js';

const BILLING = { scope: { kind: 'agent', agentId: 'billing-agent' } } as const;

const slowLoris: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(drip));
};

const oversized: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`{"state":"stopped","padding":"${'x'.repeat(100_000)}"}`);
};

const cutOff: Reply = (response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"state":"stopped"}');
  setTimeout(() => response.destroy(), 20);
};

describe('an agent is not called stopped', () => {
  it.each<[string, Reply, RegExp]>([
    ['pitfall 6: by a page with 200', says(200, '<html>stopped</html>'), /answered 200 with something/],
    ['by rubbish', says(200, '{"state":"stopp'), /answered 200 with something/],
    ['by a word in JSON', says(200, '"stopped"'), /answered 200 with something/],
    ['by an answer that drips', slowLoris, /no answer within 0\.4 s/],
    ['by an answer that does not end', oversized, /answered with more than 16 KiB/],
    ['by an answer that is cut off', cutOff, /unreachable/],
    ['by silence', () => undefined, /no answer within 0\.4 s/],
    ['by an error with the right words', says(500, { state: 'stopped' }), /answered 500/],
  ])('%s', async (_, reply, trouble) => {
    const receiver = await openReceiver();
    receiver.answer(reply);
    const desk = await openActuatorDesk(receiver);

    const { haltId } = await halt(desk.deps, BILLING);

    const order = await desk.until(haltId, (each) => (switchOf(each).trouble ?? null) !== null);
    expect(switchOf(order)).toMatchObject({ level: 'expected', trouble: expect.stringMatching(trouble) });
    expect(switchOf(order).trouble).toMatch(/^NOT halted: /);
    receiver.answer(obedientSwitch());
    await desk.until(haltId, ({ contained }) => contained !== null);
  });

  it('by another address that it is sent to: redirects are not followed', async () => {
    const visited: string[] = [];
    const elsewhere = await listening((request, response) => {
      visited.push(request.url ?? '');
      response.end('{"state":"stopped"}');
    });
    const receiver = await openReceiver();
    receiver.answer(says(307, '', { location: `${elsewhere}/internal` }));
    const desk = await openActuatorDesk(receiver);

    const { haltId } = await halt(desk.deps, BILLING);

    const order = await desk.until(haltId, (each) => (switchOf(each).trouble ?? null) !== null);
    expect(switchOf(order).trouble).toContain('answered 307: redirects are not followed');
    expect(visited).toEqual([]);
  });

  it('by a status that says that it runs', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(202, ''));
    receiver.answerPolls(says(200, { state: 'running' }));
    const desk = await openActuatorDesk(receiver, {
      actuators: { 'billing-agent': { statusUrl: receiver.statusUrl } },
    });

    const { haltId } = await halt(desk.deps, BILLING);

    const order = await desk.until(haltId, () => receiver.polls.length > 9);
    expect(switchOf(order).level).toBe('received');
    expect(receiver.told.length).toBeGreaterThan(1);
  });
});

describe('the documented time of a kill switch', () => {
  it('is met or missed by the seconds from the order to "stopped"', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver, { actuators: { 'billing-agent': { slaSeconds: 20 } } });

    const { haltId } = await halt(desk.deps, BILLING);

    const { measured } = switchOf(await desk.until(haltId, ({ contained }) => contained !== null));
    expect(measured?.slaSeconds).toBe(20);
    expect(measured?.seconds).toBeLessThan(20);
  });

  it('is the vendor’s where the actuator documents none', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);

    const { haltId } = await halt(desk.deps, BILLING);

    const order = await desk.until(haltId, ({ contained }) => contained !== null);
    expect(switchOf(order).measured?.slaSeconds).toBe(60);
  });

  it('is shown as missed as soon as it is over, and stays missed when the switch stops at last', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(202, ''));
    const desk = await openActuatorDesk(receiver, { actuators: { 'billing-agent': { slaSeconds: 0.3 } } });

    const { haltId } = await halt(desk.deps, BILLING);

    const late = await desk.until(haltId, (order) => switchOf(order).measured !== undefined);
    expect(switchOf(late).measured).toEqual({ seconds: null, slaSeconds: 0.3 });
    receiver.answer(STOPPED);
    const order = await desk.until(haltId, ({ contained }) => contained !== null);
    expect(switchOf(order).measured?.seconds).toBeGreaterThan(0.3);
  });
});
