import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * One reading answers everybody who asks the same in one turn of the event loop: thousands of posts a second cost a few
 * hundred readings, and no answer is older than its question.
 */
export function askTogether<Answer>(
  read: (key: string) => Promise<Answer>,
): (key: string) => Promise<Answer> {
  const waiting = new Map<string, Promise<Answer>>();
  const ask = async (key: string): Promise<Answer> => {
    await nextTurn();
    waiting.delete(key);
    return read(key);
  };
  return (key) => {
    const answer = waiting.get(key) ?? ask(key);
    waiting.set(key, answer);
    return answer;
  };
}
