/** A guard and whatever stands where it expects its control plane. */
import { request as forward, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atDesk, type GuardProcess, type StartGuard } from '../../support/guard-process.js';
import { aHalt } from '../../support/halts.js';
import { eventually, openHaltDesk } from '../../support/halting.js';
import { listening } from '../../support/listening.js';
import { temporaryFolder } from '../../support/processes.js';
import {
  HALTED,
  openScriptedPlane,
  type ScriptedPlane,
  type StateChange,
} from '../../support/scripted-plane.js';

const IN_FORCE = { epoch: 5, ...HALTED };

async function following(
  start: StartGuard,
  first: StateChange = {},
): Promise<{ plane: ScriptedPlane; agent: GuardProcess }> {
  const plane = await openScriptedPlane(first);
  const agent = start(plane.settings);
  await agent.hears(({ event }) => event === 'ready');
  return { plane, agent };
}

/** Resolves when the state that was said last has been taken, or refused. */
async function taken(agent: GuardProcess, text: string): Promise<void> {
  await agent.hears((said) => said.event === 'trouble' && said.text?.includes(text) === true);
}

const answering =
  (status: number, headers = {}, body = '') =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body);

const LOGIN_PAGE = answering(200, { 'content-type': 'text/html' }, '<h1>Please log in</h1>');

const STREAM = { 'content-type': 'text/event-stream' };

/** A proxy that answers for a stream itself, and hands on the rest. */
function withoutStreams(url: string): Promise<string> {
  return listening((request, response) => {
    if (request.url?.startsWith('/v1/halts/stream') === true) return LOGIN_PAGE(response);
    const { method, headers } = request;
    const onward = forward(url + (request.url ?? ''), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    return void request.pipe(onward);
  });
}

export function describeWire(start: StartGuard): void {
  describe('nothing ends its trying', () => {
    it.each([
      ['pitfall 18: when it is answered 401 and 403', [401, 403].map((status) => answering(status))],
      ['pitfall 06: when a proxy answers 200 with a login page', [LOGIN_PAGE, LOGIN_PAGE]],
      ['when it is sent elsewhere', [answering(302, { location: 'http://127.0.0.1:9/' })]],
      ['when it is answered errors', [404, 500, 503].map((status) => answering(status))],
      ['when the connection is cut', [(response: ServerResponse) => void response.destroy()]],
    ])('%s', async (_, script) => {
      const plane = await openScriptedPlane();
      plane.answers(...script);

      const agent = start(plane.settings);
      await agent.hears(({ event }) => event === 'trouble');
      await agent.becomes('live', 12_000);

      expect(plane.asked()).toBe(script.length + 1);
      expect(await agent.tries()).toMatchObject({ event: 'done' });
    });

    it('pitfall 06: is not deceived by a stream that a cache kept from another request', async () => {
      const plane = await openScriptedPlane();
      const connection = { at: 0, heartbeatMs: 50, leaseMs: 800, nonce: 'of another request' };
      const kept = `event: state\ndata: ${JSON.stringify({ ...plane.state(), connection })}\n\n`;
      plane.answers(...Array.from({ length: 50 }, () => answering(200, STREAM, kept)));

      const agent = start(plane.settings);
      await taken(agent, 'no stream comes through');

      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'isolated' });
    });

    it('pitfall 06: works, and is halted, where a proxy lets no stream through', async () => {
      const desk = await openHaltDesk();
      const agent = start(atDesk(desk, { url: await withoutStreams(desk.url) }));
      await agent.hears(({ event }) => event === 'ready', 12_000);
      const before = await agent.tries();

      const { haltId } = await desk.order();
      const { contained } = await desk.until(haltId, (seen) => seen.contained !== null);

      expect(before).toMatchObject({ event: 'done' });
      expect(contained).not.toBeNull();
      expect(await agent.tries()).toMatchObject({ event: 'refused', haltId });
    });

    it('pitfall 05: is isolated within its lease when the stream falls silent, and opens another', async () => {
      const { plane, agent } = await following(start);

      plane.beats(false);
      plane.answers(...Array.from({ length: 50 }, () => answering(503)));
      await agent.becomes('isolated', 3_000);

      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'isolated' });
      expect(plane.asked()).toBeGreaterThan(1);
    });
  });

  it('pitfall 06: takes a stream that only drips comments for a silent one, and opens another', async () => {
    const { plane, agent } = await following(start);

    plane.beats('comments');
    await eventually(
      () => plane.asked(),
      (times) => times > 1,
      3_000,
    );
    plane.beats(true);

    await agent.becomes('live');
  });

  describe('holding a halt', () => {
    it('lets go of it for a newer state that its control plane signed', async () => {
      const { plane, agent } = await following(start, IN_FORCE);
      const before = await agent.tries();

      plane.says(plane.state({ epoch: 6 }));
      await agent.hears(({ epoch, halts }) => epoch === 6 && halts?.length === 0);

      expect(before).toMatchObject({ event: 'refused', haltId: 'H-1' });
      expect(await agent.tries()).toMatchObject({ event: 'done' });
    });

    it('pitfall 03: keeps it against an older state, which renews no lease', async () => {
      const { plane, agent } = await following(start, IN_FORCE);

      plane.says(plane.state({ epoch: 4 }));
      await taken(agent, 'is older than');
      await agent.becomes('isolated');

      expect(await agent.look()).toMatchObject({ epoch: 5, halts: ['H-1'] });
      expect(await agent.tries()).toMatchObject({ event: 'refused', haltId: 'H-1' });
    });

    it('keeps it against a lift that somebody else signed, or that was changed after signing', async () => {
      const { plane, agent } = await following(start, IN_FORCE);

      plane.says(plane.state({ epoch: 6 }, plane.stranger));
      await taken(agent, 'epoch 6 is not signed');
      plane.says({ ...plane.state({ ...IN_FORCE, epoch: 7 }), halts: [] });
      await taken(agent, 'epoch 7 is not signed');

      expect(await agent.tries()).toMatchObject({ event: 'refused', haltId: 'H-1' });
    });

    it('pitfall 04: is not confused by states that come twice, or the wrong way round', async () => {
      const { plane, agent } = await following(start, { epoch: 3 });
      const states = [
        plane.state({ epoch: 3 }),
        plane.state({ epoch: 5, halts: [aHalt(), aHalt({ id: 'H-2' })] }),
        plane.state({ epoch: 4, halts: [aHalt()] }),
        plane.state({ epoch: 5, halts: [aHalt(), aHalt({ id: 'H-2' })] }),
        plane.state({ epoch: 5 }),
      ];

      for (const state of states) plane.says(state);
      await taken(agent, 'epoch 4 is older');
      await agent.hears(({ epoch }) => epoch === 5);

      expect(await agent.look()).toMatchObject({ state: 'live', epoch: 5, halts: ['H-1', 'H-2'] });
    });

    it('pitfall 30: obeys two control planes together', async () => {
      const { plane, agent } = await following(start, IN_FORCE);
      const other = { planeId: 'other', epoch: 9, halts: [aHalt({ id: 'H-2' })] };

      plane.says(plane.state(other, plane.stranger));
      await agent.hears(({ halts }) => halts?.length === 2);

      expect((await agent.look()).halts).toEqual(['H-1', 'H-2']);
    });

    it('takes what it does not understand in its strictest sense, and believes the lift of it', async () => {
      const order = {
        id: 'H-9',
        scope: { kind: 'region', region: 'eu' },
        mode: 'slow',
        reason: 'x',
        note: 7,
      };
      const { plane, agent } = await following(start, { epoch: 5, halts: [order] });
      const before = await agent.tries({ readOnly: true });

      plane.says(plane.state({ epoch: 6, halts: [{ ...aHalt(), mode: 'degraded', later: ['new'] }] }));
      await agent.hears(({ epoch }) => epoch === 6);

      expect(before).toMatchObject({ event: 'refused', refusal: 'deny', haltId: 'H-9' });
      expect(await agent.tries({ readOnly: true })).toMatchObject({ event: 'done' });
    });

    it('acknowledges a rehearsal in all three levels, and denies nothing for it', async () => {
      const { plane, agent } = await following(start);
      agent.act({ id: 'act-1', how: 'stubborn' });
      await agent.hears(({ event }) => event === 'began');

      plane.says(plane.state({ epoch: 2, halts: [{ ...aHalt(), drill: true }] }));
      await eventually(
        () => plane.acks.filter(({ epoch }) => epoch === 2).map(({ level }) => level),
        (levels) => levels.length === 3,
      );
      agent.tell({ do: 'finish', id: 'act-1' });

      expect(await agent.tries()).toMatchObject({ event: 'done' });
      expect(await agent.outcome('act-1')).toMatchObject({ event: 'done' });
    });
  });

  describe('what it says of itself', () => {
    it('arrives in the end, every level, whatever the control plane answers first', async () => {
      const { plane, agent } = await following(start);
      plane.refusesAcks(500, 401, 409, 503);

      plane.says(plane.state({ epoch: 2, ...HALTED }));
      await eventually(
        () => plane.acks.filter(({ epoch }) => epoch === 2).map(({ level }) => level),
        (levels) => levels.join() === 'received,enforced,quiesced',
        12_000,
      );

      expect((await agent.look()).state).toBe('live');
    });
  });

  describe('and its clocks', () => {
    it('pitfall 23: a wall clock that is set back makes no lease longer', async () => {
      const { plane, agent } = await following(start);

      plane.beats(false);
      plane.answers(...Array.from({ length: 50 }, () => answering(503)));
      agent.tell({ do: 'clock', wallMs: -3_600_000 });

      await agent.becomes('isolated', 3_000);
      expect(await agent.tries()).toMatchObject({ refusal: 'isolated' });
    });

    it('a machine that slept may not act at once, and asks for the state anew', async () => {
      const { plane, agent } = await following(start);
      const before = plane.asked();

      plane.beats(false);
      agent.tell({ do: 'clock', wallMs: 60_000 });
      const first = await agent.tries();
      plane.beats(true);
      await agent.becomes('live');

      expect(first).toMatchObject({ event: 'refused', refusal: 'isolated' });
      expect(plane.asked()).toBeGreaterThan(before);
    });
  });

  describe('started anew', () => {
    it('still knows what was halted, and refuses the state from before it', async () => {
      const plane = await openScriptedPlane(IN_FORCE);
      const stateFile = `${temporaryFolder()}/guard.json`;
      const first = start({ ...plane.settings, stateFile });
      await first.hears(({ event }) => event === 'ready');
      await sleep(300);
      first.tell({ do: 'leave' });
      await first.ended;

      plane.says(plane.state({ epoch: 4 }));
      const second = start({ ...plane.settings, stateFile });
      await taken(second, 'is older than');

      expect(await second.tries()).toMatchObject({ event: 'refused', refusal: 'deny', haltId: 'H-1' });
      expect((await second.look()).state).toBe('starting');
      plane.says(plane.state({ epoch: 6 }));
      await second.becomes('live');
      expect(await second.tries()).toMatchObject({ event: 'done' });
    });
  });
}
