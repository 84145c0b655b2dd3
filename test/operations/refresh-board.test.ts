import { expect, it } from 'vitest';
import { boardRefresher } from '../../src/operations/halting/refresh-board.js';
import type { Deps } from '../../src/operations/deps.js';
import { surfaceNamed } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

const wanted = async (deps: Deps) => (await surfaceNamed(deps, 'halt-board')).wantedVersion;

it('shows on the board that a point has come, and writes nothing while none comes or goes', async () => {
  const { deps } = await openPlaneDesk();
  await halt(deps);
  const refresh = boardRefresher(deps);
  const before = await wanted(deps);
  await refresh();
  expect(await wanted(deps)).toBe(before);
  await connect(deps);

  await refresh();
  const after = await wanted(deps);
  await refresh();

  expect(after).toBeGreaterThan(before);
  expect(await wanted(deps)).toBe(after);
});

it('makes no board before there was an order', async () => {
  const { deps } = await openPlaneDesk();
  const refresh = boardRefresher(deps);
  await connect(deps);

  await refresh();

  expect(await deps.store.surface('halt-board')).toBeUndefined();
});
