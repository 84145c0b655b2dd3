import { expect, it } from 'vitest';
import { askTogether } from '../../src/operations/ask-together.js';

function openQuestions() {
  const read: string[] = [];
  const ask = askTogether(async (key) => {
    read.push(key);
    return `${key} ${read.length}`;
  });
  return { read, ask };
}

it('reads once for all who ask the same at the same moment', async () => {
  const { read, ask } = openQuestions();

  const answers = await Promise.all(['a', 'a', 'b', 'a'].map(ask));

  expect(answers).toEqual(['a 1', 'a 1', 'b 2', 'a 1']);
  expect(read).toEqual(['a', 'b']);
});

it('never answers with what was read before the question', async () => {
  const { read, ask } = openQuestions();
  await ask('a');

  await ask('a');

  expect(read).toEqual(['a', 'a']);
});

it('tells everybody who asked where it cannot be read, and reads anew for the next', async () => {
  let isBroken = true;
  const ask = askTogether(async () => {
    if (isBroken) throw new Error('no database');
    return 'well';
  });

  const asked = await Promise.allSettled([ask('a'), ask('a')]);
  isBroken = false;

  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask('a')).toBe('well');
});
