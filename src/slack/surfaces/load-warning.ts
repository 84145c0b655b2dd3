import type { ShadowReport, TripwireWarning } from '../../core/tripwire-events.js';
import type { Deps } from '../../operations/deps.js';
import { readShadowReport, readWarning } from '../../operations/detection/read-warnings.js';
import type { SurfaceRow } from '../../store/types.js';
import { NothingToShow } from './load.js';

const KEY = 'tripwire-warning:';

/** The warning of `tripwire-warning:<episode>`. */
export async function loadWarning({ store }: Deps, { key }: SurfaceRow): Promise<TripwireWarning> {
  const warning = await readWarning(store, key.slice(KEY.length));
  if (warning === undefined) throw new NothingToShow('the journal holds no such warning among its newest');
  return warning;
}

const REPORT_KEY = 'shadow-report:';

/** The report of `shadow-report:<the end of its day>`. */
export async function loadShadowReport({ store }: Deps, { key }: SurfaceRow): Promise<ShadowReport> {
  const report = await readShadowReport(store, key.slice(REPORT_KEY.length));
  if (report === undefined) throw new NothingToShow('the journal holds no such report among its newest');
  return report;
}
