/** Response URLs: five uses within thirty minutes, and the only way to change an ephemeral message. */
export interface ResponseTarget {
  readonly channel: string;
  readonly userId: string;
  /** The message that was acted upon, which may be replaced or deleted. */
  readonly messageTs?: string;
}

export interface ResponseUrls {
  mint(target: ResponseTarget): string;
  use(id: string): ResponseTarget | 'expired_url' | 'used_url';
}

const USES = 5;
const LIFETIME_MS = 30 * 60_000;

/** Keeps the response URLs of one workspace. */
export function createResponseUrls(origin: () => string, now: () => number): ResponseUrls {
  const minted = new Map<string, { target: ResponseTarget; at: number; uses: number }>();
  return {
    mint: (target) => {
      const id = crypto.randomUUID();
      minted.set(id, { target, at: now(), uses: 0 });
      return `${origin()}/response/${id}`;
    },
    use: (id) => {
      const known = minted.get(id);
      if (known === undefined || now() - known.at > LIFETIME_MS) return 'expired_url';
      if (known.uses >= USES) return 'used_url';
      known.uses += 1;
      return known.target;
    },
  };
}
