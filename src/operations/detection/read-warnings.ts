import {
  TRIPWIRE_STREAM,
  TripwireEvent,
  type ShadowReport,
  type TripwireWarning,
} from '../../core/tripwire-events.js';
import type { Entry } from '../../core/journal.js';
import type { Projection, Reader } from '../../store/types.js';

/** The newest of each, oldest first. */
interface Told {
  readonly warnings: readonly TripwireWarning[];
  readonly reports: readonly ShadowReport[];
}

/** A message of an older one is not rendered anew any more. */
const KEPT = 200;

const TOLD: Projection<Told> = {
  stream: TRIPWIRE_STREAM,
  empty: { warnings: [], reports: [] },
  apply: (told, { type, data, private: secret }: Entry) => {
    const event = TripwireEvent.parse({ type, data, private: secret });
    if (event.type === 'tripwire:warned') {
      const warning = { ...event.data, sentence: event.private?.sentence ?? null };
      return { ...told, warnings: [...told.warnings, warning].slice(-KEPT) };
    }
    const report = { ...event.data, sentences: event.private?.sentences ?? {} };
    return { ...told, reports: [...told.reports, report].slice(-KEPT) };
  },
  kept: new WeakMap(),
};

/** A warning by its episode; undefined for one that is unknown, or so old that nobody asks for it. */
export async function readWarning(store: Reader, dedupKey: string): Promise<TripwireWarning | undefined> {
  const { warnings } = await store.fold(TOLD);
  return warnings.findLast((warning) => warning.dedupKey === dedupKey);
}

/** What rules in shadow would have done in the time up to a moment. */
export async function readShadowReport(store: Reader, to: string): Promise<ShadowReport | undefined> {
  const { reports } = await store.fold(TOLD);
  return reports.findLast((report) => report.to === to);
}
