import { describe } from 'vitest';
import { createActuators } from '../../src/actuators/registry.js';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { obedientSwitch, openReceiver, says, SECRET } from '../support/receiver.js';
import { describeActuator, type ActuatorRig } from './actuator.contract.js';

describe('the actuator "webhook"', () => {
  describeActuator(openWebhook);
});

async function openWebhook(): Promise<ActuatorRig> {
  let state = 'running';
  const receiver = await openReceiver(obedientSwitch((next) => void (state = next)));
  receiver.answerPolls((response, told) => says(200, { state })(response, told));
  const [agent] = loadRegistry('runbooks').agents.values();
  if (agent === undefined) throw new Error('no agent');
  const declared = {
    name: 'vendor-switch',
    kind: 'webhook' as const,
    url: receiver.url,
    statusUrl: receiver.statusUrl,
    secretEnv: 'HALTLINE_ACTUATOR_VENDOR',
    modes: ['deny' as const],
    releasable: true,
  };
  const { actuators } = createActuators([{ ...agent, actuators: [declared] }], {
    secrets: { HALTLINE_ACTUATOR_VENDOR: SECRET },
    nowMs: Date.now,
  });
  const [actuator] = actuators.values();
  if (actuator === undefined) throw new Error('no actuator');
  return { actuator, state: () => state, takeAway: () => receiver.stop() };
}
