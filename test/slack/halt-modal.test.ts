import { describe, expect, it } from 'vitest';
import type { ModalView } from '@slack/types';
import type { Deps } from '../../src/operations/deps.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { createSlackClients } from '../../src/slack/clients.js';
import { openHaltModal } from '../../src/slack/commands/open-halt-modal.js';
import { InFlightWork } from '../../src/slack/door/answer.js';
import type { Door } from '../../src/slack/door/press.js';
import { RecentKeys } from '../../src/slack/door/recent-keys.js';
import { haltView } from '../../src/slack/views/halt.js';
import { checkView } from '../../src/sandbox/slack/block-kit/check-view.js';
import { openByAlert } from '../support/desk.js';
import { openActuatorDesk } from '../support/actuators.js';
import { openReceiver } from '../support/receiver.js';
import { connect, openPlaneDesk } from '../support/plane.js';

function doorOf(deps: Deps): Door {
  const clients = createSlackClients({ botToken: 'xoxb-1', apiUrl: 'http://127.0.0.1:9/', log: deps.log });
  return { deps, clients, work: new InFlightWork(), recent: new RecentKeys(10) };
}

async function opened(deps: Deps): Promise<ModalView> {
  const views: ModalView[] = [];
  await openHaltModal(doorOf(deps), {
    reference: 'ref',
    userId: 'U0SRE1',
    channelId: 'C0OPS',
    triggerId: 't',
    openModal: (view) => Promise.resolve(void views.push(view)),
  });
  const [view] = views;
  if (view === undefined) throw new Error('no form was opened');
  return view;
}

const wordsOf = (view: ModalView): string => JSON.stringify(view.blocks);
const chosen = (view: ModalView): unknown =>
  /"initial_option":\{"text":\{"type":"plain_text","text":"([^"]+)"/.exec(wordsOf(view))?.[1];

describe('a bare /halt', () => {
  it('proposes everything while the blast radius is high and it is unclear what failed', async () => {
    const { deps } = await openPlaneDesk();
    await openByAlert(deps);

    const view = await opened(deps);

    expect(chosen(view)).toBe('All agents');
    expect(wordsOf(view)).toContain('billing-agent has tools of high blast radius');
    expect(checkView(JSON.parse(JSON.stringify(view)), 'modal')).toBeUndefined();
  });

  it('proposes the tool where the wire says which call is wrong', async () => {
    const { deps } = await openPlaneDesk();
    await openByAlert(deps, { tripwire: 'action-rate' });

    expect(chosen(await opened(deps))).toBe('Tool stripe.refund of billing-agent');
  });

  it('proposes everything where no incident says what failed', async () => {
    const { deps } = await openPlaneDesk();

    expect(chosen(await opened(deps))).toBe('All agents');
  });

  it('says before the press what each scope would stop, from who is connected at this moment', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps, 'billing-1', 'billing-agent');
    await connect(deps, 'billing-2', 'billing-agent');

    const words = wordsOf(await opened(deps));

    expect(words).toContain(
      '*all agents*: stops billing-agent, support-agent, catalogue-agent, platform-agent · 2 points would answer',
    );
    expect(words).toContain('no proof of support-agent, catalogue-agent, platform-agent');
    expect(words).toContain('*agent billing-agent*: stops billing-agent · 2 points would answer');
  });

  it('does not count on a kill switch that the order would not press', async () => {
    const { deps } = await openActuatorDesk(await openReceiver());

    const words = wordsOf(await opened(deps));

    expect(words).toContain('*agent billing-agent*: stops billing-agent · 1 point would answer');
    expect(words).toContain('"Tool stripe.refund","emoji":true},"value":"{\\"kind\\":\\"tool\\"');
    expect(words).toContain('1 agent, 0 enforcement points, 1 not provable');
  });

  it('opens within Slack’s three seconds when the journal is slow, and says that it is blind', async () => {
    const { deps } = await openPlaneDesk();
    const never = new Promise<never>(() => undefined);
    const slow = {
      ...deps,
      store: { ...deps.store, incidents: () => never, incidentByChannel: () => never },
    };
    const before = performance.now();

    const view = await opened(slow);

    expect(performance.now() - before).toBeLessThan(2_500);
    expect(chosen(view)).toBe('All agents');
    expect(wordsOf(view)).toContain('The journal is slow');
  });

  it('orders what was chosen, in its mode and with its review time', async () => {
    const { deps } = await openPlaneDesk();
    const values = new Map([
      ['scope', '{"kind":"class","actionClass":"database-write","agentId":"billing-agent"}'],
      ['mode', 'degraded'],
      ['review', '2h'],
    ]);

    await haltView.run(doorOf(deps), {
      press: {
        reference: 'ref',
        userId: 'U0SRE1',
        channelId: null,
        triggerId: 't',
        openModal: () => Promise.resolve(),
      },
      context: { channelId: 'C0OPS', incident: null },
      value: (id) => values.get(id) ?? null,
    });

    expect(await readOrder(deps.store, 'H-1')).toMatchObject({
      scope: { kind: 'class', actionClass: 'database-write', agentId: 'billing-agent' },
      mode: 'degraded',
      reviewAt: '2026-11-20T05:12:00.000Z',
      originChannel: 'C0OPS',
    });
  });
});
