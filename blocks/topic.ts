import { statusWords } from '../src/core/incident-words.js';
import type { Incident } from '../src/core/incident.js';
import { clipMrkdwn, join, say, mention } from './escape.js';
import { agentText } from './words.js';

/** Slack refuses a longer one. */
const TOPIC_MAX = 250;

/** `SEV1 | acknowledged | IC: @ada | billing-agent`, the channel's topic. */
export function channelTopic(incident: Incident): string {
  const commander = incident.roles['incident-commander'];
  const parts = [
    ...(incident.kind === 'drill' ? [say`DRILL`] : []),
    say`${incident.severity.toUpperCase()}`,
    say`${statusWords(incident)}`,
    say`IC: ${commander === undefined ? say`nobody yet` : mention(commander)}`,
    agentText(incident),
  ];
  return clipMrkdwn(join(parts, ' | ').mrkdwn, TOPIC_MAX);
}
