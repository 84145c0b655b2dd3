/** Three in the morning: the whole path, as the people see it, over both ways that Slack reaches us. */
import { describe } from 'vitest';
import { anAlertArrives, somebodyIsOnIt } from './acts/alert.js';
import { beginStory } from './acts/story.js';

describe.each(['socket', 'http'] as const)('three in the morning, over %s', (delivery) => {
  const story = beginStory(delivery);

  describe('an alert arrives', () => anAlertArrives(story));
  describe('somebody is on it', () => somebodyIsOnIt(story));
});
