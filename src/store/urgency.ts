/**
 * One connection serves everybody, so whoever waits for it waits in one of two queues: people who press and guards
 * that answer an order come before alerts, cards and housekeeping.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const urgency = new AsyncLocalStorage<'urgent' | 'patient'>();

/** Runs `work`; what it asks of the store, now or later, is urgent. */
export function urgently<T>(work: () => T): T {
  return urgency.run('urgent', work);
}

/** Runs `work` as work that can wait, also where somebody in a hurry started it. */
export function patiently<T>(work: () => T): T {
  return urgency.run('patient', work);
}

export function isUrgent(): boolean {
  return urgency.getStore() === 'urgent';
}
