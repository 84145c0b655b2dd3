/** One agent in several processes, forked from one that holds a lease, at a real control plane. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { atDesk, guardProcess, type StartGuard } from '../support/guard-process.js';
import { aHalt } from '../support/halts.js';
import { eventually, openHaltDesk } from '../support/halting.js';
import { temporaryFolder } from '../support/processes.js';
import { PYTHON } from '../support/python.js';
import { openScriptedPlane } from '../support/scripted-plane.js';

const worker = (file: string): string => fileURLToPath(new URL(`../support/${file}`, import.meta.url));

function startOf(language: string): StartGuard {
  return language === 'Node'
    ? guardProcess(process.execPath, worker('guarded-worker-process.mjs'))
    : guardProcess(PYTHON ?? '', '-B', worker('guarded_worker.py'));
}

interface Told {
  readonly event: string;
  readonly point: string;
  readonly first?: string | boolean;
  readonly then?: string;
  readonly code?: number;
  readonly told?: boolean;
  readonly refusal?: string;
}

it.skipIf(PYTHON === undefined).each([
  ['Node', 'Python'],
  ['Python', 'Node'],
])('what a guard for %s wrote down, one for %s takes up', async (writer, reader) => {
  const plane = await openScriptedPlane({ epoch: 5, halts: [aHalt({ reason: 'zu früh ☠️' })] });
  const settings = { ...plane.settings, stateFile: `${temporaryFolder()}/guard.json` };
  const first = startOf(writer)(settings);
  await first.hears(({ event }) => event === 'ready');
  await eventually(
    () => existsSync(settings.stateFile),
    (isThere) => isThere,
  );
  first.tell({ do: 'leave' });
  await first.ended;

  plane.says(plane.state({ epoch: 4 }));
  const second = startOf(reader)(settings);
  await second.hears(({ event, text }) => event === 'trouble' && text?.includes('is older than') === true);

  expect(await second.tries()).toMatchObject({ refusal: 'deny', haltId: 'H-1', reason: 'zu früh ☠️' });
  plane.says(plane.state({ epoch: 6 }));
  await second.becomes('live');
  expect(await second.tries()).toMatchObject({ event: 'done' });
});

describe.skipIf(PYTHON === undefined)('an agent in Python that starts others', () => {
  it('pitfall 09: hands down what is halted: a program that it starts may do nothing from its first moment', async () => {
    const desk = await openHaltDesk();
    const agent = guardProcess(PYTHON ?? '', '-B', '-W', 'error', worker('spawning_worker.py'))(atDesk(desk));
    await agent.hears(({ event }) => event === 'ready');
    const said = async (wanted: string, times: number) => {
      const found = () => agent.said.filter(({ event }) => event === wanted);
      return (await eventually(found, ({ length }) => length === times, 15_000)).at(-1);
    };
    agent.tell({ do: 'spawn' });
    const before = await said('live', 1);

    const { haltId } = await desk.order();
    await agent.becomes('live');
    await eventually(
      () => agent.look(),
      ({ halts }) => halts?.includes(haltId) === true,
    );
    agent.tell({ do: 'spawn' });

    expect(before).toMatchObject({ result: 'done' });
    expect(await said('started', 2)).toMatchObject({ state: 'starting', refusal: 'deny', haltId });
    expect(await said('live', 2)).toMatchObject({ refusal: 'deny', haltId });
  });

  it('pitfall 09: has a sub-agent that is stopped by an order for whoever it works for, and by one for itself', async () => {
    const desk = await openHaltDesk();
    const agent = guardProcess(PYTHON ?? '', '-B', worker('spawning_worker.py'))(atDesk(desk));
    await agent.hears(({ event }) => event === 'ready');
    const helper = async () => {
      const times = agent.said.length;
      agent.tell({ do: 'helper' });
      return agent.hears((each) => agent.said.indexOf(each) >= times && each.event === 'helped');
    };
    const before = await helper();

    const { haltId } = await desk.order({ kind: 'agent', agentId: 'support-agent' });
    await eventually(
      () => agent.look(),
      ({ halts }) => halts?.includes(haltId) === true,
    );
    const own = await helper();
    const { haltId: wider } = await desk.order({ kind: 'agent', agentId: 'billing-agent' });
    await desk.until(wider, ({ contained }) => contained !== null);

    expect(before).toMatchObject({ result: 'done' });
    expect(own).toMatchObject({ refusal: 'deny', haltId });
    expect(await helper()).toMatchObject({ refusal: 'deny' });
  });
});

describe.skipIf(PYTHON === undefined)('an agent in Python that forks', () => {
  it('pitfall 09: has children that may do nothing before each has a lease of its own, and leave in peace', async () => {
    const desk = await openHaltDesk();

    const agent = guardProcess(PYTHON ?? '', '-B', worker('forking_worker.py'))(atDesk(desk));
    const isAfter = ({ event }: { event: string }): boolean => event === 'after';
    await agent.hears((said) => isAfter(said) && agent.said.filter(isAfter).length === 3, 25_000);
    const told = agent.said.map((each) => each as unknown as Told).filter(({ event }) => event !== 'stderr');
    const of = (event: string): Told[] => told.filter((each) => each.event === event);
    const { expected } = await desk.order();

    expect(of('parent').map(({ first }) => first)).toEqual(['done']);
    expect(of('child').map(({ first, then }) => [first, then])).toEqual([
      ['isolated', 'done'],
      ['isolated', 'done'],
    ]);
    expect(of('inherited')).toMatchObject([{ told: true, refusal: 'isolated' }]);
    expect(of('after').map(({ code, first }) => [code, first])).toEqual([
      [0, 'done'],
      [0, 'done'],
      [0, true],
    ]);
    expect(new Set(told.map(({ point }) => point)).size).toBe(4);
    expect(expected).toBe(1);
  });

  it('is proven to be gone when it was killed, though a child of it lives on', async () => {
    const desk = await openHaltDesk();
    const agent = guardProcess(
      PYTHON ?? '',
      '-B',
      worker('forking_worker.py'),
    )({
      ...atDesk(desk),
      stateFile: 'orphan',
    });
    await agent.hears(({ event }) => event === 'child', 25_000);

    agent.signal('SIGKILL');
    await eventually(
      () => desk.deps.plane.leases.all().filter(({ connections }) => connections === 0),
      (gone) => gone.length === 1,
    );
    const { haltId } = await desk.order();
    const { points } = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(new Set(points.map(({ level }) => level))).toEqual(new Set(['lease-expired', 'quiesced']));
  });
});
