/** Incidents as far as rollback and post-mortem need them, worked by the people of the shipped runbooks. */
import type { Actor } from '../../src/core/actor.js';
import { acknowledgeEpoch } from '../../src/operations/points/acknowledge-epoch.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { confirmHarm } from '../../src/operations/halting/confirm-harm.js';
import { connectPoint } from '../../src/operations/points/connect-point.js';
import type { Deps } from '../../src/operations/deps.js';
import { finishStep } from '../../src/operations/rollback/finish-step.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { startStep } from '../../src/operations/rollback/start-step.js';
import { verifyChecklist } from '../../src/operations/rollback/verify-checklist.js';
import { MINUTE, openByAlert, person, type Desk } from './desk.js';

const GUARD: Actor = { kind: 'guard', id: 'point-1', roles: [], via: 'http' };

/** Acknowledged, harm confirmed, halted and proven contained; the checklists of billing-agent's alert are open. */
export async function containedIncident(
  { deps, clock }: Desk,
  change: Parameters<typeof openByAlert>[1] = {},
): Promise<{ name: string; haltId: string }> {
  const name = await openByAlert(deps, change);
  clock.advance(30_000);
  await acknowledgePage(deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
  await confirmHarm(deps, { incident: name, actor: person('U0SRE1') });
  const haltId = await haltContained({ deps, clock }, name);
  return { name, haltId };
}

/** One enforcement point of billing-agent answers all three levels, two seconds after the order. */
export async function haltContained({ deps, clock }: Pick<Desk, 'deps' | 'clock'>, incident: string) {
  const point = { pointId: 'point-1', agentId: 'billing-agent', instance: 'pod-1' };
  await connectPoint(deps, { ...point, boundTo: null, deliver: () => undefined });
  const { haltId, epoch } = await orderHalt(deps, {
    scope: { kind: 'agent', agentId: 'billing-agent' },
    mode: 'deny',
    reason: 'refunds to one card',
    incident,
    originChannel: null,
    actor: person('U0SRE1'),
  });
  clock.advance(2000);
  const { planeId } = deps.plane.current();
  const inflight = { aborted: ['act-1'], uncancellable: [], completedAfter: ['act-2'] };
  for (const level of ['received', 'enforced', 'quiesced'] as const) {
    const ack = { ...point, planeId, epoch, level, inflight };
    await acknowledgeEpoch(deps, { acks: [ack], actor: GUARD, boundTo: null });
  }
  return haltId;
}

/** The checklist as it stands. */
export async function checklistOf({ deps }: Desk, name: string, actionClass: string) {
  const { incident } = await readIncident(deps.store, name);
  return incident.checklists.find((checklist) => checklist.actionClass === actionClass);
}

export function press(incident: string, actionClass: string, userId: string) {
  return { incident, actionClass, userId, actor: person(userId) };
}

/** Every step of the class, or of its substitute, started and done by one person. */
export async function doAllSteps(
  deps: Deps,
  by: ReturnType<typeof press>,
  substitute = false,
): Promise<void> {
  const profile = deps.registry.actionClasses.get(by.actionClass);
  const steps = (substitute ? profile?.substitute.steps : profile?.steps) ?? [];
  for (const { id: stepId } of steps) {
    await startStep(deps, { ...by, stepId, substitute });
    await finishStep(deps, { ...by, stepId, substitute, evidence: `proof of ${stepId}` });
  }
}

/** Two people for money and access, as the rules ask. */
export const OPERATORS: Readonly<Record<string, readonly [string, string]>> = {
  'external-api-call': ['U0PAY1', 'U0PAY2'],
  'database-write': ['U0DBA1', 'U0DBA1'],
  'identity-change': ['U0IAM1', 'U0IAM2'],
};

/** Works and verifies every checklist that is open. */
export async function rollBackAll(deps: Deps, name: string): Promise<void> {
  const { incident } = await readIncident(deps.store, name);
  for (const { actionClass } of incident.checklists) {
    const [worker, verifier] = OPERATORS[actionClass] ?? ['U0NOBODY', 'U0NOBODY'];
    await doAllSteps(deps, press(name, actionClass, worker));
    await verifyChecklist(deps, { ...press(name, actionClass, verifier), evidence: 'the sums agree' });
  }
}

/** What the incident commander sends to close it. */
export function closing(incident: string, why = '', userId = 'U0IC1') {
  return { incident, userId, why, actor: person(userId) };
}

/** Contained, rolled back and lifted by two people: ready to be closed. */
export async function finishedIncident(desk: Desk): Promise<string> {
  const { name, haltId } = await containedIncident(desk, {
    actionAt: '2026-11-20T01:00:00.000Z',
    signalAt: '2026-11-20T03:00:00.000Z',
  });
  desk.clock.advance(10 * MINUTE);
  await rollBackAll(desk.deps, name);
  await lift(desk.deps, haltId);
  return name;
}

async function lift(deps: Deps, haltId: string): Promise<void> {
  const reason = 'fixed';
  const asked = await requestLift(deps, { haltId, reason, actor: person('U0SRE1'), person: 'U0SRE1' });
  const { digest } = asked;
  await approveLift(deps, { haltId, digest, actor: person('U0SEC1'), person: 'U0SEC1' });
}
