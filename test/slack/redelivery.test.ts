/** A press that Slack, or whatever stands between, delivers again. */
import { describe, expect, it } from 'vitest';
import { createSlackClients } from '../../src/slack/clients.js';
import { InFlightWork } from '../../src/slack/door/answer.js';
import { finishDelivery, isFirstDelivery, type Door } from '../../src/slack/door/press.js';
import { RecentKeys } from '../../src/slack/door/recent-keys.js';
import { openDesk, type Desk } from '../support/desk.js';

const KEY = 'press:1700000000.1.abc';

/** The door as a process has it that has just been started. */
function aFreshDoor({ deps }: Desk): Door {
  const clients = createSlackClients({ botToken: 'xoxb-none', apiUrl: 'http://127.0.0.1:9/', log: deps.log });
  return { deps, clients, work: new InFlightWork(), recent: new RecentKeys(10) };
}

describe('a press that is delivered again', () => {
  it('is worked once by the process that knows it', async () => {
    const door = aFreshDoor(await openDesk());

    expect(await isFirstDelivery(door, KEY)).toBe(true);
    expect(await isFirstDelivery(door, KEY)).toBe(false);
  });

  it('is not worked again after a restart when it had been worked', async () => {
    const desk = await openDesk();
    const before = aFreshDoor(desk);
    await isFirstDelivery(before, KEY);
    await finishDelivery(before, KEY);

    expect(await isFirstDelivery(aFreshDoor(desk), KEY)).toBe(false);
  });

  it('is worked by the next process when the one before died over it', async () => {
    const desk = await openDesk();
    await isFirstDelivery(aFreshDoor(desk), KEY);

    expect(await isFirstDelivery(aFreshDoor(desk), KEY)).toBe(true);
  });
});
