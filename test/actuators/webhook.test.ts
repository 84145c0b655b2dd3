/** What goes over the wire, held against the library that receivers use. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { keyOf, signatureHeaders } from '../../src/outgoing/sign-webhook.js';
import { createActuators } from '../../src/actuators/registry.js';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { SECRET } from '../support/receiver.js';

describe('a signature', () => {
  it('is the one that the specification of Standard Webhooks publishes', () => {
    const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? expect.fail('no key');
    const message = { messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atMs: 1_614_265_330_000 };

    const headers = signatureHeaders([key], { ...message, body: '{"test": 2432232314}' });

    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is believed by the library that receivers use, and not for another body', () => {
    const receiver = new Webhook(SECRET);
    const body = '{"type":"halt.ordered","haltId":"H-1"}';
    const key = keyOf(SECRET) ?? expect.fail('no key');
    const headers = signatureHeaders([key], { messageId: 'hl_1', atMs: Date.now(), body });

    expect(receiver.verify(body, headers)).toEqual({ type: 'halt.ordered', haltId: 'H-1' });
    expect(() => receiver.verify(body.replace('H-1', 'H-2'), headers)).toThrow('No matching signature');
  });

  it.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_not base64 at all, but long enough to be one'])(
    'is not made with "%s"',
    (secret) => {
      expect(keyOf(secret)).toBeUndefined();
    },
  );
});

describe('the actuators of the fleet', () => {
  const agents = [...loadRegistry('runbooks').agents.values()].map((agent) => ({
    ...agent,
    actuators: [
      {
        name: 'vendor-switch',
        kind: 'webhook' as const,
        url: 'https://vendor.example/halt',
        secretEnv: 'HALTLINE_ACTUATOR_VENDOR',
        modes: ['deny' as const],
        releasable: true,
      },
    ],
  }));
  const nowMs = (): number => 0;

  it('are one a declaration', () => {
    const { actuators, faults } = createActuators(agents, {
      secrets: { HALTLINE_ACTUATOR_VENDOR: SECRET },
      nowMs,
    });

    expect(faults).toEqual([]);
    expect([...actuators.keys()]).toContain('actuator:billing-agent:vendor-switch');
  });

  it('are refused without their secret, and the secret is not repeated', () => {
    const missing = createActuators(agents.slice(0, 1), { secrets: {}, nowMs });
    const wrong = createActuators(agents.slice(0, 1), {
      secrets: { HALTLINE_ACTUATOR_VENDOR: 'hunter2' },
      nowMs,
    });

    expect(missing.faults).toEqual([
      expect.stringMatching(/^HALTLINE_ACTUATOR_VENDOR is missing: .*billing-agent.*Write whsec_/),
    ]);
    expect(wrong.faults).toEqual([
      expect.stringMatching(/^HALTLINE_ACTUATOR_VENDOR is not a secret of Standard Webhooks/),
    ]);
    expect(wrong.faults.join()).not.toContain('hunter2');
  });
});
