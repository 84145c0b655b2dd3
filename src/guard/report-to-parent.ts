import type { FromChild } from './child-messages.js';
import { madeOf, type Report } from './report.js';
import { createReporting, type ReporterOptions, type Reporting } from './reporter.js';

export interface ReportingToParent extends Reporting {
  /** Hands over what is left: this thread or process may end at any moment. */
  handOver(): void;
}

/** The reports of a guard without a line of its own: handed to the parent, which has one, once a turn. */
export function reportToParent(
  options: Pick<ReporterOptions, 'clock' | 'activeSpan'>,
  send: (message: FromChild) => void,
): ReportingToParent {
  let gathered: Report[] = [];
  const handOver = (): void => {
    const reports = gathered;
    gathered = [];
    if (reports.length > 0) send({ kind: 'reports', reports });
  };
  const reporting = createReporting(options, (_agentId, make) => {
    // Nobody is here to be told of one that is none.
    const made = madeOf(make, () => undefined);
    if (gathered.length === 0 && made.length > 0) setImmediate(handOver);
    gathered.push(...made);
  });
  return { ...reporting, handOver };
}
