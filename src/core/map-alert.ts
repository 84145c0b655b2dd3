/** From what outside systems call things to what we call them: the mapping of `runbooks/sources.yml`. */
import { TripwireName, type Alert } from './alert.js';
import type { Mapped, MappingRule, SourceSettings } from './source-settings.js';

/** The names that mean something here. */
export interface KnownNames {
  readonly agents: { has(id: string): boolean };
  readonly actionClasses: { has(name: string): boolean };
}

/** An alert in our words, and how it came to them. */
export interface MappedAlert {
  readonly alert: Alert;
  /** Why it is not taken; null where it is. */
  readonly ignored: 'by-rule' | 'unknown-agent' | null;
  /** The place of the rule that fitted, from 1; null where none did. */
  readonly rule: number | null;
}

/** Rules count before labels, and the labels that sources.yml names before what the format found by itself. */
export function mapAlert(
  alert: Alert,
  { rules, labels, onlyKnownAgents }: Pick<SourceSettings, 'rules' | 'labels' | 'onlyKnownAgents'>,
  known: KnownNames,
): MappedAlert {
  const index = rules.findIndex((rule) => fits(rule, alert));
  const rule = rules[index];
  const labelled = (what: Mapped): string | null =>
    (labels[what] ?? []).map((name) => own(alert.labels, name)?.trim()).find((text) => !!text) ?? null;
  const mapped: Alert = {
    ...alert,
    agentId: rule?.agent ?? labelled('agent') ?? alert.agentId,
    tool: rule?.tool ?? labelled('tool') ?? alert.tool,
    actionClass: asKnown(rule?.class ?? labelled('class') ?? alert.actionClass, known),
    tripwire: rule?.tripwire ?? tripwireOf(labelled('tripwire')) ?? alert.tripwire,
  };
  return { alert: mapped, rule: rule === undefined ? null : index + 1, ignored: ignored() };

  function ignored(): MappedAlert['ignored'] {
    if (rule?.ignore === true) return 'by-rule';
    const isKnown = mapped.agentId !== null && known.agents.has(mapped.agentId);
    return onlyKnownAgents && !isKnown ? 'unknown-agent' : null;
  }
}

function fits({ when }: MappingRule, { labels, title }: Alert): boolean {
  return Object.entries(when).every(([name, pattern]) => {
    const text = own(labels, name) ?? (name === 'title' ? title : undefined);
    return text !== undefined && fitsPattern(text, pattern);
  });
}

function own(labels: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/** `*` stands for any text, also none. Linear: alerts come from strangers. */
export function fitsPattern(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

function tripwireOf(label: string | null): TripwireName | null {
  return TripwireName.safeParse(label).data ?? null;
}

/** Some write `external_api_call` for `external-api-call`. */
function asKnown(name: string | null, { actionClasses }: KnownNames): string | null {
  if (name === null || actionClasses.has(name)) return name;
  const hyphened = name.toLowerCase().replaceAll('_', '-');
  return actionClasses.has(hyphened) ? hyphened : name;
}
