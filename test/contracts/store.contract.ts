import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/types.js';
import { causeContract } from './store/causes.contract.js';
import { effectContract } from './store/effects.contract.js';
import { heldAttemptContract } from './store/held-attempts.contract.js';
import { heldPostContract } from './store/held-posts.contract.js';
import { incidentContract } from './store/incidents.contract.js';
import { journalContract } from './store/journal.contract.js';
import { rowContract } from './store/rows.contract.js';
import { surfaceContract } from './store/surfaces.contract.js';
import { transactionContract } from './store/transactions.contract.js';

/** What every backend must do. `open` gives an empty store; each test gets one and closes it. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`store on ${name}`, () => {
    let current: Store;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(async () => current.close());
    const store = (): Store => current;

    describe('journal', () => journalContract(store));
    describe('transactions', () => transactionContract(store));
    describe('incidents', () => incidentContract(store));
    describe('causes', () => causeContract(store));
    describe('effects', () => effectContract(store));
    describe('surfaces', () => surfaceContract(store));
    describe('rows', () => rowContract(store));
    describe('held attempts', () => heldAttemptContract(store));
    describe('held posts', () => heldPostContract(store));
  });
}
