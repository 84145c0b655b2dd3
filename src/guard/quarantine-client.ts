/** The quarantine of the control plane as a guard speaks to it. What a proxy answers in its place is no answer. */
export interface QuarantineAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type AskQuarantine = (request: {
  readonly path: string;
  /** Posted as JSON; a plain question where it is left out. */
  readonly body?: object;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}) => Promise<QuarantineAnswer>;

/** Rejects where nobody answers, or not as the control plane does. */
export function createQuarantineClient(url: string, token: string): AskQuarantine {
  const base = url.replace(/\/+$/, '');
  return async ({ path, body, withinMs, signal }) => {
    const response = await fetch(`${base}/v1/quarantine${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
      throw new Error(
        `the quarantine answered ${response.status} without JSON: is there a proxy in between?`,
      );
    return { status: response.status, body: { ...answer } };
  };
}

/** A member that has to be text. */
export function textIn({ body }: QuarantineAnswer, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}
