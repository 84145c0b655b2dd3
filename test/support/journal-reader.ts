/** What the journal says of the first incident, read over HTTP as anybody with a token could. */
import { z } from 'zod';
import { LINKS, type LinkName } from '../../src/core/detection-chain.js';
import { ask } from './bot-process.js';

const Entry = z.looseObject({
  type: z.string(),
  data: z.looseObject({}),
  private: z.looseObject({}).nullish(),
});
const Order = z.looseObject({
  haltId: z.string(),
  contained: z.looseObject({}).nullable(),
  liftRequest: z.looseObject({ by: z.string() }).nullable(),
  lifted: z.looseObject({ by: z.string() }).nullable(),
});
const Link = z.looseObject({ at: z.string() }).nullable();
const Incident = z.looseObject({
  status: z.string(),
  chain: z.record(z.enum(LINKS), Link),
  halts: z.array(Order),
});
const Timeline = z.object({ entries: z.array(Entry) });

export interface Journal {
  readonly incident: z.infer<typeof Incident>;
  readonly entries: readonly z.infer<typeof Entry>[];
}

export const INCIDENT = 'INC-1';

/** Undefined while there is no such incident. Rejects where nobody answers. */
export async function readJournal(url: string): Promise<Journal | undefined> {
  const incident = await ask(url, `/v1/incidents/${INCIDENT}`);
  if (incident.status === 404) return undefined;
  const timeline = await ask(url, `/v1/incidents/${INCIDENT}/timeline`);
  return { incident: Incident.parse(incident.json), entries: Timeline.parse(timeline.json).entries };
}

/** True when an event of this type holds all of these facts. */
export function holds({ entries }: Journal, type: string, facts: Record<string, unknown> = {}): boolean {
  return entries.some(
    (entry) =>
      entry.type === type &&
      Object.entries(facts).every(([key, value]) => (entry.data[key] ?? entry.private?.[key]) === value),
  );
}

export function isContained(order: z.infer<typeof Order> | undefined): boolean {
  return order !== undefined && order.contained !== null;
}

/** Remembers the five times as they are first seen, and notices when one changes. */
export class ChainWatch {
  readonly #first = new Map<LinkName, string>();

  check({ incident }: Journal): string[] {
    return LINKS.flatMap((name) => {
      const at = incident.chain[name]?.at;
      const first = this.#first.get(name);
      if (first === undefined && at !== undefined) this.#first.set(name, at);
      return first === undefined || first === at
        ? []
        : [`${name} was ${first} and is now ${at ?? 'unknown'}`];
    });
  }

  get known(): readonly LinkName[] {
    return [...this.#first.keys()];
  }
}

const Snapshot = z.object({ halts: z.array(z.object({ id: z.string() })) });

/** Ids of the halts that guards are told of at this moment. */
export async function haltsInForce(url: string): Promise<string[]> {
  return Snapshot.parse((await ask(url, '/v1/halts')).json).halts.map(({ id }) => id);
}
