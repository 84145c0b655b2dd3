/** Three in the morning: the whole path, as the people see it, over both ways that Slack reaches us. */
import { describe } from 'vitest';
import { anAlertArrives, somebodyIsOnIt } from './acts/alert.js';
import { itIsClosedAndLearnedFrom } from './acts/closing.js';
import { somebodyTakesCommand } from './acts/command.js';
import { aPersonDeclares } from './acts/declaring.js';
import { aDrillIsRun, theHomeTabShowsIt } from './acts/drilling.js';
import { everythingStops, whoMayNotAsksWhoMay } from './acts/halting.js';
import { twoPeopleLift } from './acts/lifting.js';
import { whatWasDoneIsUndone } from './acts/rollback.js';
import { beginStory } from './acts/story.js';

describe.each(['socket', 'http'] as const)('three in the morning, over %s', (delivery) => {
  const story = beginStory(delivery);

  describe('an alert arrives', () => anAlertArrives(story));
  describe('somebody is on it', () => somebodyIsOnIt(story));
  describe('somebody takes command', () => somebodyTakesCommand(story));
  describe('who may not halt asks who may', () => whoMayNotAsksWhoMay(story));
  describe('everything stops', () => everythingStops(story));
  describe('what was done is undone', () => whatWasDoneIsUndone(story));
  describe('two people lift', () => twoPeopleLift(story));
  describe('it is closed and learned from', () => itIsClosedAndLearnedFrom(story));
  describe('a person declares', () => aPersonDeclares(story));
  describe('a drill is run', () => aDrillIsRun(story));
  describe('the home tab shows it', () => theHomeTabShowsIt(story));
});
