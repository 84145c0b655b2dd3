/** The control plane as a guard speaks to it: plain fetch, no redirects (a login page is not an answer). */

export interface HttpClient {
  get(path: string, signal: AbortSignal): Promise<Response>;
  post(path: string, body: unknown, signal: AbortSignal): Promise<void>;
  /** The same where the answer matters. */
  ask(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
}

/** An answer that is not the one we need; the guard goes on trying whatever it is. */
export class PlaneError extends Error {
  override readonly name = 'PlaneError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function createHttpClient(url: string, token: string): HttpClient {
  const base = url.replace(/\/+$/, '');
  const request = async (path: string, init: { method?: string; body?: string; signal: AbortSignal }) => {
    const headers = { authorization: `Bearer ${token}`, ...(init.body !== undefined && JSON_BODY) };
    // `manual`, not `error`: with the latter, Node 20 no longer ends a stream whose signal is aborted.
    const response = await fetch(base + path, { ...init, headers, redirect: 'manual' });
    if (response.ok) return response;
    throw new PlaneError(response.status, await detailOf(response));
  };
  return {
    get: (path, signal) => request(path, { signal }),
    async post(path, body, signal) {
      const response = await request(path, { method: 'POST', body: JSON.stringify(body), signal });
      await response.arrayBuffer();
    },
    async ask(path, body, signal) {
      const response = await request(path, { method: 'POST', body: JSON.stringify(body), signal });
      return response.json();
    },
  };
}

const JSON_BODY = { 'content-type': 'application/json' };

async function detailOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const isProblem = typeof body === 'object' && body !== null && 'detail' in body;
  return `${response.status} ${isProblem ? String(body.detail) : response.statusText}`;
}
