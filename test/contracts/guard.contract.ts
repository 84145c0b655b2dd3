/** What every guard has to keep, in whatever language: told to a real process, line by line. */
import { describe } from 'vitest';
import type { StartGuard } from '../support/guard-process.js';
import { describeAsking } from './guard/asking.contract.js';
import { describeHalting } from './guard/halting.contract.js';
import { describeHolding } from './guard/holding.contract.js';
import { describeReporting } from './guard/reporting.contract.js';
import { describeWire } from './guard/wire.contract.js';

/** `start` is undefined where the language is not there; the stories are shown as skipped then. */
export function describeGuard(name: string, start: StartGuard | undefined): void {
  describe.skipIf(start === undefined)(`the guard for ${name}`, () => {
    if (start === undefined) return;
    describeHalting(start);
    describeHolding(start);
    describeAsking(start);
    describeReporting(start);
    describeWire(start);
  });
}
