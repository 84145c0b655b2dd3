/** What a bare `/halt` opens: the scope that the incident suggests, and before the press what each would stop. */
import type { ModalView } from '@slack/types';
import { describeScope, type HaltScope } from '../src/core/halt.js';
import { namesText, uncoveredWords } from '../src/core/point-words.js';
import type { Proposal, ScopePreview } from '../src/core/propose-scope.js';
import { join, say, type Mrkdwn } from './escape.js';
import { choiceInput, modal, textInput, type Choice } from './modal.js';
import { context, section } from './parts.js';
import { capitalised, count } from './words.js';

export interface HaltModalState {
  readonly incident: string | null;
  readonly proposal: Proposal;
  readonly choices: readonly ScopePreview[];
  readonly channelId: string | null;
  /** The journal did not answer in time: the proposal knows nothing of the incident. */
  readonly isBlind: boolean;
}

/** As many as one reads before pressing; the small print of the menu says the rest. */
const LINES = 6;
const NAMED = 4;

export function haltModal(state: HaltModalState): ModalView {
  const { incident, proposal, choices, channelId } = state;
  return modal({
    callbackId: 'halt:order',
    title: 'Order a halt',
    submit: 'Halt now',
    context: { channelId, incident },
    inputs: [
      section(proposalWords(state)),
      section(join([say`*What each would stop, as of now*`, ...previewLines(state)], '\n')),
      choiceInput({
        id: 'scope',
        label: 'What stops?',
        hint: 'One person is enough, and nothing ends by itself. Lifting takes two people.',
        choices: choices.map(choiceOf),
        initial: valueOf(proposal.scope),
      }),
      choiceInput({ id: 'mode', label: 'How?', choices: MODES, initial: 'deny' }),
      choiceInput({
        id: 'review',
        label: 'Ask again whether it is still needed',
        hint: 'It stands past that time until somebody answers.',
        choices: REVIEWS,
        optional: true,
      }),
      textInput({ id: 'reason', label: 'Reason', optional: true, multiline: true }),
      context(say`Faster: \`/halt all\` needs no form.`),
    ],
  });
}

const MODES: readonly Choice[] = [
  { value: 'deny', words: 'Deny: nothing within it is done' },
  { value: 'degraded', words: 'Degraded: reads go on, all else is refused' },
  { value: 'hold', words: 'Quarantine: attempts wait for a person' },
];

const REVIEWS: readonly Choice[] = [
  { value: '30m', words: 'In 30 minutes' },
  { value: '2h', words: 'In 2 hours' },
  { value: '8h', words: 'In 8 hours' },
  { value: '1d', words: 'Tomorrow at this time' },
];

/** A scope as a menu's value; the view reads it back. */
function valueOf(scope: HaltScope): string {
  return JSON.stringify(scope);
}

function proposalWords({ proposal, incident, isBlind }: HaltModalState): Mrkdwn {
  const about = incident === null ? say`outside any incident` : say`for ${incident}`;
  const blind = isBlind ? say` The journal is slow, so this knows nothing of an incident.` : say``;
  return say`🛑 Proposed ${about}: *${describeScope(proposal.scope)}*\n${proposal.why}${blind}`;
}

/** The proposal first, then the widest, then what lies nearest. */
function previewLines({ choices, proposal }: HaltModalState): Mrkdwn[] {
  const proposed = valueOf(proposal.scope);
  const sorted = choices.toSorted(
    (a, b) => Number(valueOf(b.scope) === proposed) - Number(valueOf(a.scope) === proposed),
  );
  return sorted.slice(0, LINES).map(previewLine);
}

function previewLine(preview: ScopePreview): Mrkdwn {
  const { scope, points, uncovered } = preview;
  const symbol = points === 0 || uncovered.length > 0 ? '⚠️' : '•';
  return say`${symbol} *${describeScope(scope)}*: ${factsOf(preview).join(' · ')}`;
}

function factsOf({ scope, points, uncovered, agents }: ScopePreview): string[] {
  if (points === 0) return [`no enforcement point would answer, ${namesText(agents, NAMED)} may go on`];
  return [stopWords(scope, agents), `${count(points, 'point')} would answer`, ...uncoveredWords(uncovered)];
}

/** Who stops; or, where only a part of what they do is named, who goes on without it. */
function stopWords({ kind }: HaltScope, agents: readonly string[]): string {
  if (agents.length === 0) return 'no agent in agents.yml does it';
  const names = namesText(agents, NAMED);
  if (kind !== 'tool' && kind !== 'class') return `stops ${names}`;
  return `${names} ${agents.length === 1 ? 'goes' : 'go'} on without it`;
}

function choiceOf({ scope, agents, points, uncovered }: ScopePreview): Choice {
  const unproven = uncovered.length === 0 ? '' : `, ${uncovered.length} not provable`;
  return {
    value: valueOf(scope),
    words: capitalised(describeScope(scope)),
    hint: `${count(agents.length, 'agent')}, ${count(points, 'enforcement point')}${unproven}`,
  };
}
