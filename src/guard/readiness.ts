/** Whether the agent may act for the first time. */
export interface Readiness {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

export function createReadiness(): Readiness {
  let settle: Pick<Readiness, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => void (settle = { resolve, reject }));
  // Nobody has to wait for it.
  promise.catch(() => undefined);
  return { promise, resolve: () => settle?.resolve(), reject: (error) => settle?.reject(error) };
}
