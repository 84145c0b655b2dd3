/**
 * Whoever comes in crowds goes on in the order of arrival, a few in each turn of the event loop: a press in Slack or the
 * answer of a guard, each of which takes several turns, never waits behind the whole crowd.
 */
export function aFewAtATime(perTurn: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isTurning = false;
  const turn = (): void => {
    for (const go of waiting.splice(0, perTurn)) go();
    isTurning = waiting.length > 0;
    if (isTurning) setImmediate(turn);
  };
  return () =>
    new Promise((go) => {
      waiting.push(go);
      if (isTurning) return;
      isTurning = true;
      setImmediate(turn);
    });
}
