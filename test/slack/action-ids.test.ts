import { expect, it } from 'vitest';
import { ACTION } from '../../blocks/action-ids.js';
import { ACTIONS } from '../../src/slack/actions/index.js';

it('answers every press that a message offers, and offers every press that it answers', () => {
  expect(ACTIONS.map(({ id }) => id).toSorted()).toEqual(Object.values(ACTION).toSorted());
});
