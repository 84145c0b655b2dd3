/**
 * What is on its way to each actuator at this moment. A halt never waits: a release on its way is broken off. A
 * release waits until no halt is on its way, so that it cannot be overtaken by the order that it ends.
 */
export class ActuatorFlights {
  readonly #halting = new Map<string, number>();
  readonly #releasing = new Map<string, AbortController>();

  isHalting(pointId: string): boolean {
    return (this.#halting.get(pointId) ?? 0) > 0;
  }

  async halt<T>(pointId: string, send: () => Promise<T>): Promise<T> {
    this.#releasing.get(pointId)?.abort();
    this.#count(pointId, 1);
    try {
      return await send();
    } finally {
      this.#count(pointId, -1);
    }
  }

  /** `broken` where a halt came in between: what the other side has seen of it is unknown. */
  async release<T>(
    pointId: string,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly broken: boolean }> {
    const controller = new AbortController();
    this.#releasing.set(pointId, controller);
    try {
      const answer = await send(controller.signal);
      return { answer, broken: controller.signal.aborted };
    } finally {
      if (this.#releasing.get(pointId) === controller) this.#releasing.delete(pointId);
    }
  }

  #count(pointId: string, change: 1 | -1): void {
    this.#halting.set(pointId, (this.#halting.get(pointId) ?? 0) + change);
  }
}
