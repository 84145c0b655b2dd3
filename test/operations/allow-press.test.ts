import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import { allowPress } from '../../src/operations/access/allow-press.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import type { Deps } from '../../src/operations/deps.js';
import { pauseSource, resumeSource } from '../../src/operations/alerts/pause-source.js';
import { PLANE_STREAM } from '../../src/operations/halting/read-plane.js';
import { releaseHold } from '../../src/operations/detection/release-hold.js';
import { startDrill } from '../../src/operations/drills/start-drill.js';
import { breakable } from '../support/breakable-store.js';
import { openByAlert, openDesk } from '../support/desk.js';

/** A token that was made for no role at all. */
const actor: Actor = { kind: 'token', id: 'tok_none', roles: [], via: 'cli' };
const [userId, reason] = ['tok_none', 'because'];

type Try = (deps: Deps, incident: string) => Promise<unknown>;

const TRIES: readonly (readonly [string, string, Try])[] = [
  [
    'pausing a source',
    'pause-source (generic)',
    (deps) => pauseSource(deps, { name: 'generic', reason, actor }),
  ],
  ['resuming a source', 'resume-source (generic)', (deps) => resumeSource(deps, { name: 'generic', actor })],
  [
    'releasing a hold',
    'release-hold',
    (deps, incident) => releaseHold(deps, { incident, reason, actor, person: userId }),
  ],
  [
    'closing an incident',
    'incident:close',
    (deps, incident) => closeIncident(deps, { incident, why: reason, userId, actor }),
  ],
  ['starting a drill', 'drill', (deps) => startDrill(deps, { drillId: drillIn(deps), userId, actor })],
];

function drillIn({ registry }: Deps): string {
  return [...registry.drills.keys()][0] ?? '';
}

describe('whoever may not, whichever door they came through', () => {
  it.each(TRIES)('is refused %s, and is on record', async (_what, what, tries) => {
    const { deps } = await openDesk();
    const incident = await openByAlert(deps);

    await expect(tries(deps, incident)).rejects.toMatchObject({ code: 'not-allowed' });

    const entries = [
      ...(await deps.store.readStream(PLANE_STREAM)),
      ...(await deps.store.readStream(incident)),
    ];
    const refused = entries.filter(({ type }) => type === 'halt:refused' || type === 'press:refused');
    expect(refused.map(({ data }) => data)).toMatchObject([
      { what: what.startsWith('drill') ? `drill:start (${drillIn(deps)})` : what },
    ]);
  });

  it('hears that they may not also where nothing can be written', async () => {
    const disk = breakable();
    const { deps } = await openDesk();
    disk.breaks(true);
    const broken = { ...deps, store: disk.through(deps.store) };

    const refused = allowPress(broken, 'drill', { actor, userId, what: 'drill:start', incident: null });

    await expect(refused).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
