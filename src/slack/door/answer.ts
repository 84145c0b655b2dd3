/**
 * Every press gets an answer within Slack's three seconds, whatever happens behind it. The work is raced
 * against a deadline: in time, the person sees the result; late, they see that it is being worked on, and the
 * result follows. A defect shows a reference that the log has too.
 */
import { randomBytes } from 'node:crypto';
import { DomainError } from '../../core/errors.js';
import type { Log } from '../../operations/deps.js';
import type { Reply } from './reply.js';

/** Leaves 1.2 s for Slack's network, ours, and a machine that is busy with something else. */
const DEADLINE_MS = 1800;

export interface Delivery {
  /**
   * Acknowledges to Slack, once, before the deadline. True where that itself shows the reply to the person;
   * otherwise `show` follows, and Slack does not wait for it.
   */
  readonly acknowledge: (reply: Reply | undefined) => Promise<boolean>;
  /** Shows a reply in any other way: after the deadline, or where the acknowledgement cannot or did not. */
  readonly show: (reply: Reply) => Promise<void>;
}

/** Turns what went wrong into what the person reads; others may add buttons. */
export type Explain = (sentence: string, error: unknown) => Reply;

export interface Answering {
  readonly log: Log;
  readonly what: string;
  readonly reference: string;
  readonly explain: Explain;
  /** A second delivery of the same press: acknowledged, not worked again. */
  readonly isDuplicate: (error: unknown) => boolean;
}

/** Short enough to read out on the phone. */
export function newReference(): string {
  return randomBytes(4).toString('hex');
}

/** Keeps count of what is in flight, so that `stop` can wait for it. */
export class InFlightWork {
  readonly #work = new Set<Promise<unknown>>();

  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.finally(() => this.#work.delete(settled)).catch(() => undefined);
    this.#work.add(settled);
    return work;
  }

  async drain(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

const SLOW = Symbol('slow');
/** The work turned out to be a second delivery. */
const DUPLICATE = Symbol('duplicate');
type Outcome = Reply | undefined | typeof DUPLICATE;

/** Runs the work and delivers its result; resolves once Slack has *an* answer. Never rejects, nor does `rest`. */
export async function answer(
  work: () => Promise<Reply | undefined>,
  delivery: Delivery,
  answering: Answering,
): Promise<{ rest: Promise<void> }> {
  const deadline = afterDeadline();
  const outcome = settle(work, answering);
  const first = await Promise.race([outcome, deadline.passed]);
  deadline.forget();
  if (first !== SLOW) return deliver(first, delivery, answering);
  const { rest: waiting } = await deliver(stillWorking(answering.reference), delivery, answering);
  const late = async (): Promise<void> => {
    const reply = await outcome;
    await waiting;
    if (reply !== DUPLICATE) await show(reply ?? { text: 'Done.' }, delivery, answering);
  };
  return { rest: late() };
}

async function settle(work: () => Promise<Reply | undefined>, answering: Answering): Promise<Outcome> {
  const { log, what, reference, explain, isDuplicate } = answering;
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) return DUPLICATE;
    if (error instanceof DomainError) {
      const cause = error.cause instanceof Error ? error.cause.message : undefined;
      log.info({ what, reference, code: error.code, cause }, 'press refused');
    } else {
      log.error({ what, reference, err: error }, 'press failed');
    }
    return explain(sentenceOf(error, reference), error);
  }
}

/** What may lie with us carries the reference; a refusal says all there is to say. */
function sentenceOf(error: unknown, reference: string): string {
  if (!(error instanceof DomainError))
    return `:warning: Something broke on our side and this was not done. Try again; if it stays, give your operators the reference \`${reference}\`.`;
  return error.code === 'unavailable'
    ? `:warning: ${error.message} Reference \`${reference}\`.`
    : error.message;
}

/** Resolves when Slack has its acknowledgement, or will not take one. */
async function deliver(
  reply: Outcome,
  delivery: Delivery,
  answering: Answering,
): Promise<{ rest: Promise<void> }> {
  const said = reply === DUPLICATE ? undefined : reply;
  const shown = await acknowledge(said, delivery, answering);
  return { rest: said === undefined || shown ? Promise.resolve() : show(said, delivery, answering) };
}

async function acknowledge(
  reply: Reply | undefined,
  delivery: Delivery,
  { log, what, reference }: Answering,
): Promise<boolean> {
  try {
    return await delivery.acknowledge(reply);
  } catch (error) {
    log.warn({ what, reference, error: String(error) }, 'slack did not take the answer, trying another way');
    return false;
  }
}

async function show(reply: Reply, delivery: Delivery, { log, what, reference }: Answering): Promise<void> {
  try {
    await delivery.show(reply);
  } catch (error) {
    log.error({ what, reference, error: String(error) }, 'the answer to a press could not be shown');
  }
}

function stillWorking(reference: string): Reply {
  return {
    text: `:hourglass_flowing_sand: Still working on it: the result follows here. Reference \`${reference}\`.`,
  };
}

function afterDeadline(): { passed: Promise<typeof SLOW>; forget: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<typeof SLOW>((resolve) => {
    timer = setTimeout(() => resolve(SLOW), DEADLINE_MS);
  });
  return { passed, forget: () => clearTimeout(timer) };
}
