import { TripwireName, type Alert } from '../core/alert.js';
import { labelled } from './label.js';
import type { NoteTaker } from './note-taker.js';
import type { SourceContext } from './types.js';

/** What labels say by the names that we document: the part of an alert that every format reads the same way. */
export type FromLabels = Pick<Alert, 'agentId' | 'tool' | 'actionClass' | 'tripwire'>;

export interface LabelReading {
  readonly context: Pick<SourceContext, 'alertNames'>;
  readonly dedupKey: string;
  readonly taker: NoteTaker;
  /** What the rule is called outside, in the order in which the names are looked up. */
  readonly alertNames: readonly (string | null | undefined)[];
}

/** Labels `agent`, `tool`, `action_class` (or `class`) and `tripwire`; the name of the rule where the last is missing. */
export function readLabels(labels: Readonly<Record<string, string>>, reading: LabelReading): FromLabels {
  return {
    agentId: labelled(labels, 'agent'),
    tool: labelled(labels, 'tool'),
    actionClass: labelled(labels, 'action_class') ?? labelled(labels, 'class'),
    tripwire: tripwireOf(labels, reading),
  };
}

function tripwireOf(
  labels: Readonly<Record<string, string>>,
  { context, dedupKey, taker, alertNames }: LabelReading,
): TripwireName | null {
  const known = alertNames
    .map((name) => context.alertNames.get(name ?? ''))
    .find((each) => each !== undefined);
  const label = labelled(labels, 'tripwire');
  if (label === null) return known ?? null;
  const parsed = TripwireName.safeParse(label);
  if (parsed.success) return parsed.data;
  taker.unread(dedupKey, `labels.tripwire is none of ${TripwireName.options.join(', ')}: left out.`);
  return known ?? null;
}
