import { createHash } from 'node:crypto';
import { DomainError } from '../../core/errors.js';
import { HaltEvent } from '../../core/halt-events.js';
import { IncidentEvent } from '../../core/incident-events.js';
import type { Entry } from '../../core/journal.js';
import { draftPostMortem } from '../../core/post-mortem/draft.js';
import type { PostMortem } from '../../core/post-mortem/post-mortem.js';
import type { RunbookExtract } from '../../core/post-mortem/runbook-extract.js';
import type { Fact } from '../../core/post-mortem/story.js';
import { toMarkdown } from '../../core/post-mortem/to-markdown.js';
import { quarantineStream } from '../../core/quarantine.js';
import { QuarantineEvent } from '../../core/quarantine-events.js';
import type { Reader } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { extractRunbooks } from './extract-runbooks.js';
import { readIncident } from '../incidents/read-incident.js';
import { PLANE_STREAM } from '../halting/read-plane.js';

export interface PostMortemReading {
  readonly markdown: string;
  readonly json: PostMortem;
  /** SHA-256 of the Markdown, hex. */
  readonly digest: string;
  /**
   * Is it, to the byte, what was drafted at closing? False once private words have been erased; null for a
   * preview, which nobody has drafted yet.
   */
  readonly asDrafted: boolean | null;
}

/** The draft as it was closed with, or a preview of an incident that is still open; from the journal alone. */
export async function readPostMortem(
  deps: Deps,
  { incident: name }: { incident: string },
): Promise<PostMortemReading> {
  const { incident } = await readIncident(deps.store, name);
  const entries = await deps.store.readStream(incident.name);
  const drafted = entries.map(asFact).findLast(({ event }) => event.type === 'post-mortem:drafted');
  if (drafted?.event.type !== 'post-mortem:drafted') {
    const runbooks = extractRunbooks(deps.registry, incident);
    return { ...(await render(deps.store, incident.name, { runbooks, before: null })), asDrafted: null };
  }
  const { digest, runbooks } = drafted.event.data;
  const reading = await render(deps.store, incident.name, { runbooks, before: drafted.seq });
  return { ...reading, asDrafted: reading.digest === digest };
}

/** `before` is the entry that records the draft; null draws a preview of everything there is. */
export async function render(
  reader: Reader,
  name: string,
  { runbooks, before }: { runbooks: RunbookExtract; before: number | null },
): Promise<{ markdown: string; json: PostMortem; digest: string }> {
  const within = ({ seq }: Entry): boolean => before === null || seq < before;
  const facts = (await reader.readStream(name)).filter(within).map(asFact);
  const planeFacts = (await reader.readStream(PLANE_STREAM)).filter(within).map(asHaltFact);
  const held = await readHeld(reader, holdingOrders(facts, planeFacts));
  const json = draftPostMortem({
    status: before === null ? 'preview' : 'draft',
    facts,
    planeFacts,
    heldFacts: held.filter(within).map(asHeldFact),
    runbooks,
  });
  if (json === undefined) throw new DomainError('not-found', `There is no incident ${name}.`);
  const markdown = toMarkdown(json);
  return { markdown, json, digest: createHash('sha256').update(markdown).digest('hex') };
}

function asFact(entry: Entry): Fact<IncidentEvent> {
  return { ...common(entry), event: IncidentEvent.parse(body(entry)) };
}

function asHaltFact(entry: Entry): Fact<HaltEvent> {
  return { ...common(entry), event: HaltEvent.parse(body(entry)) };
}

function asHeldFact(entry: Entry): Fact<QuarantineEvent> {
  return { ...common(entry), event: QuarantineEvent.parse(body(entry)) };
}

/** The incident's orders that hold attempts. */
function holdingOrders(
  facts: readonly Fact<IncidentEvent>[],
  planeFacts: readonly Fact<HaltEvent>[],
): string[] {
  const linked = new Set(
    facts.flatMap(({ event }) => (event.type === 'halt:linked' ? [event.data.haltId] : [])),
  );
  return planeFacts.flatMap(({ event }) =>
    event.type === 'halt:ordered' && event.data.mode === 'hold' && linked.has(event.data.haltId)
      ? [event.data.haltId]
      : [],
  );
}

/** The whole stream of every attempt that these have held, one after the other. */
async function readHeld(reader: Reader, haltIds: readonly string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const haltId of haltIds)
    for (let after = 0; ;) {
      const page = await reader.heldAttempts({ haltId, after, limit: PAGE });
      for (const { id } of page) entries.push(...(await reader.readStream(quarantineStream(id))));
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      after = last.number;
    }
  return entries;
}

const PAGE = 500;

function body({ type, data, private: secret }: Entry) {
  return { type, data, private: secret ?? null };
}

function common({ seq, hash, actor, occurredAt, recordedAt }: Entry) {
  return { seq, hash, actor, actorId: actor.id, occurredAt, recordedAt };
}
