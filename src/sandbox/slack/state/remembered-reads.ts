/** Answers kept until anything is changed: whoever waits for something looks again and again, and sees the same. */
export class RememberedReads<T> {
  readonly #answers = new Map<string, Promise<T>>();

  /** What was answered to this since the last change; asks where nothing was. */
  read(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers.set(key, answer);
    answer.catch(() => {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
    });
    return answer;
  }

  /** Forgets before and after: what is asked meanwhile may have been answered from either side of the change. */
  async change<R>(work: () => Promise<R>): Promise<R> {
    this.#answers.clear();
    return work().finally(() => this.#answers.clear());
  }
}
