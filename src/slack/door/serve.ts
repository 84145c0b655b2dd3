/** One press, command or submission from its arrival to its answer, whatever kind it is. */
import { z } from 'zod';
import { refusal } from '../../../blocks/refusal.js';
import { DomainError } from '../../core/errors.js';
import { HaltMode } from '../../core/halt.js';
import { recordRefusal } from '../../operations/access/record-refusal.js';
import { incidentOfChannel } from '../commands/which-incident.js';
import { answer, type Delivery, type Explain } from './answer.js';
import { finishDelivery, isFirstDelivery, slackActor, type Door } from './press.js';
import type { Press, Reply } from './reply.js';

export interface Serving {
  readonly press: Press;
  /** What makes a second delivery of the same press recognisable; null where Slack gives nothing. */
  readonly key: string | null;
  /** For the log and the journal: an action id, a callback id, or a command with its subcommand. */
  readonly what: string;
  readonly work: () => Promise<Reply | undefined>;
  readonly delivery: Delivery;
  /** How a refusal is shown, where not as a message with what can be done next. */
  readonly explain?: Explain;
}

/** Resolves when Slack has an answer; the rest is tracked. Never rejects. */
export async function serve(door: Door, serving: Serving): Promise<void> {
  const { press, key, what, delivery, explain = explained } = serving;
  const claim = key === null ? undefined : `press:${key}`;
  let isSecond = false;
  const work = async (): Promise<Reply | undefined> => {
    isSecond = claim !== undefined && !(await isFirstDelivery(door, claim));
    if (isSecond) throw new SecondDelivery();
    return serving.work().catch((error: unknown) => journalRefusal(door, serving, error));
  };
  door.deps.log.debug({ what, reference: press.reference }, 'press arrived');
  const answering = {
    log: door.deps.log,
    what,
    reference: press.reference,
    explain,
    isDuplicate: (error: unknown) => error instanceof SecondDelivery,
  };
  const { rest } = await door.work.track(answer(work, delivery, answering));
  const finish = async (): Promise<void> => {
    await rest;
    if (claim !== undefined && !isSecond) await finishDelivery(door, claim);
  };
  void door.work.track(finish());
}

class SecondDelivery extends Error {}

function explained(sentence: string, error: unknown): Reply {
  return refusal({ sentence, ...nextStep(error) });
}

/** A refusal carries who may do it, and a refused order what was asked for, so that those can be paged. */
function nextStep(error: unknown): z.infer<typeof NextStep> {
  const parsed = NextStep.safeParse(error instanceof DomainError ? error.cause : undefined);
  return parsed.success ? parsed.data : {};
}

const NextStep = z.object({
  ask: z
    .object({ scope: z.unknown(), mode: HaltMode, reason: z.string(), incident: z.string().nullable() })
    .optional(),
  people: z.array(z.string()).optional(),
});

/** What journals its own refusals: halting, lifting, held attempts, checklists, closing and drills. */
const JOURNALS_ITSELF = /^(\/?halt|lift|point|held|step|checklist|incident:close|\/incident close|\/?drill)/;

/** Who tried in vain is a fact too. Always rejects with the refusal itself. */
async function journalRefusal(door: Door, { press, what }: Serving, error: unknown): Promise<never> {
  if (error instanceof DomainError && error.code === 'not-allowed' && !JOURNALS_ITSELF.test(what)) {
    const incident = (await incidentOfChannel(door, press.channelId).catch(() => undefined)) ?? null;
    await recordRefusal(door.deps, {
      incident,
      what,
      userId: press.userId,
      why: error.message,
      actor: slackActor(door, press.userId),
    }).catch((failed: unknown) =>
      door.deps.log.warn({ err: failed, what }, 'a refusal could not be recorded'),
    );
  }
  throw error;
}
