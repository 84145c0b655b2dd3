import type { FromChild } from './child-messages.js';
import type { Report } from './report.js';
import { createReporting, type ReporterOptions, type Reporting } from './reporter.js';

/** The reports of a guard without a line of its own: handed to the parent, which has one, once a turn. */
export function reportToParent(
  options: Pick<ReporterOptions, 'clock' | 'activeSpan'>,
  send: (message: FromChild) => void,
): Reporting {
  let gathered: Report[] = [];
  const handOver = (): void => {
    const reports = gathered;
    gathered = [];
    send({ kind: 'reports', reports });
  };
  return createReporting(options, (_agentId, make) => {
    if (gathered.length === 0) setImmediate(handOver);
    gathered.push(make());
  });
}
