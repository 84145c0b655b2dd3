import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { startJobs } from '../../src/schedule/jobs.js';
import { openByAlert, openDesk, START } from '../support/desk.js';

const HOUR = 3_600_000;

describe('what happens by the clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      now: Date.parse(START),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
  });
  afterEach(() => void vi.useRealTimers());

  it('pages the next role within fifteen seconds of its time, with nobody asking for it', async () => {
    const { deps } = await openDesk({ now: () => new Date().toISOString() });
    const name = await openByAlert(deps);
    const nothing = (): Promise<void> => Promise.resolve();
    const gateways = {
      acknowledgeGateways: nothing,
      keepGateways: nothing,
      watchActuators: nothing,
      excludeIncidents: nothing,
      reportShadow: nothing,
      purgeTelemetry: nothing,
    };
    const jobs = startJobs(deps, { refreshDirectory: nothing, checkpoint: nothing, ...gateways });

    await vi.advanceTimersByTimeAsync(5 * 60_000 + 15_000);
    await jobs.stop();

    const { incident } = await readIncident(deps.store, name);
    expect(incident.pages.map(({ role }) => role)).toEqual(['agent-owner', 'on-call-sre']);
  });

  it('reads the roster every five minutes and keeps a checkpoint every hour', async () => {
    const { deps, logged } = await openDesk({ now: () => new Date().toISOString() });
    const refreshDirectory = vi.fn(() => Promise.resolve());
    const checkpoint = vi.fn(() => Promise.resolve());
    const jobs = startJobs(deps, {
      refreshDirectory,
      checkpoint,
      acknowledgeGateways: () => Promise.resolve(),
      keepGateways: () => Promise.resolve(),
      watchActuators: () => Promise.resolve(),
      excludeIncidents: () => Promise.resolve(),
      reportShadow: () => Promise.resolve(),
      purgeTelemetry: () => Promise.resolve(),
    });

    await vi.advanceTimersByTimeAsync(HOUR);
    await jobs.stop();

    expect(refreshDirectory).toHaveBeenCalledTimes(12);
    expect(checkpoint).toHaveBeenCalledOnce();
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
