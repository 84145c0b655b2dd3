import type { Alert } from '../../core/alert.js';
import { mapAlert } from '../../core/map-alert.js';
import type { Severity } from '../../core/severity.js';
import type { SourceSettings } from '../../core/source-settings.js';
import type { Registry } from '../../registry/registry.js';
import { severityFor } from './raise-severity.js';
import { routeOf } from '../paging/route-of.js';

/** What one alert would become if it came now, as far as the runbooks decide it. */
export interface TriedAlert {
  readonly alert: Alert;
  /** Is its agent in agents.yml? */
  readonly isKnown: boolean;
  /** What the alert says, else the class that agents.yml gives this tool of this agent. */
  readonly actionClass: string | null;
  /** The place of the rule of sources.yml that fitted, from 1; null where none did. */
  readonly rule: number | null;
  /** Why it would not be taken; null where it would, and for an end, which is taken where its beginning was. */
  readonly ignored: 'by-rule' | 'unknown-agent' | null;
  /** Of the incident that it opened, and whom that would page, in order; null for what opens none. */
  readonly opens: { readonly severity: Severity; readonly pages: readonly string[] } | null;
}

/** Reads a post with the runbooks alone: nothing is stored and nobody is paged. */
export function tryPost(
  registry: Registry,
  { source, alerts }: { readonly source: SourceSettings; readonly alerts: readonly Alert[] },
): TriedAlert[] {
  return alerts.map((given) => {
    const { alert, rule, ignored: why } = mapAlert(given, source, registry);
    const ignored = alert.status === 'firing' ? why : null;
    const agent = registry.agents.get(alert.agentId ?? '');
    const isTaken = ignored === null && alert.status === 'firing';
    return {
      alert,
      rule,
      ignored,
      isKnown: agent !== undefined,
      actionClass:
        alert.actionClass ?? agent?.tools.find(({ name }) => name === alert.tool)?.actionClass ?? null,
      opens: isTaken
        ? {
            severity: severityFor(registry, alert.agentId, alert),
            pages: routeOf(registry, { agentId: agent?.id ?? null, tripwire: alert.tripwire, declared: null })
              .roles,
          }
        : null,
    };
  });
}
