/** Real guards in processes of their own, told what to do line by line: the one for Node and the one for Python. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { eventually, type HaltDesk } from './halting.js';
import { QUICK } from './halting.js';

/** What a worker says of itself; which members there are depends on the event. */
export interface Said {
  readonly event: string;
  readonly id?: string;
  readonly result?: string;
  readonly text?: string;
  readonly refusal?: string;
  readonly haltId?: string | null;
  readonly reason?: string;
  readonly scope?: object | null;
  readonly mode?: string | null;
  readonly epoch?: number;
  readonly state?: string;
  readonly halts?: readonly string[];
  readonly inflight?: number;
  /** For a gateway on the way; null for what never waited. */
  readonly release?: string | null;
}

export interface WorkerSettings {
  readonly url: string;
  readonly token: string;
  readonly agentId: string;
  readonly abortDeadlineMs: number;
  readonly pointId?: string;
  readonly publicKey?: string;
  readonly stateFile?: string;
  /** Asks before every action, and holds no stream open. */
  readonly asks?: boolean;
}

export interface Act {
  readonly id: string;
  readonly tool?: string;
  readonly actionClass?: string;
  readonly how?: 'return' | 'obedient' | 'stubborn';
  readonly readOnly?: boolean;
  readonly parameters?: unknown;
}

export interface GuardProcess {
  readonly said: readonly Said[];
  /** Lets it begin; the outcome is among `said`. */
  act(act: Act): void;
  tell(command: { readonly do: string; readonly [name: string]: unknown }): void;
  /** Resolves with the first thing said that is wanted, from now or before. */
  hears(wanted: (said: Said) => boolean, withinMs?: number): Promise<Said>;
  /** How one action ended. */
  outcome(id: string): Promise<Said>;
  /** Lets it act once and says how that ended. */
  tries(act?: Partial<Act>): Promise<Said>;
  /** Resolves when it is in that state; looked up, not remembered. */
  becomes(state: string, withinMs?: number): Promise<Said>;
  look(): Promise<Said>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
}

/** How to start a guard in a process of its own. */
export type StartGuard = (settings: WorkerSettings) => GuardProcess;

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };
const ENDS = ['done', 'refused', 'failed'];

/** `command` and its arguments get the settings as one more argument. Ended when the test ends. */
export function guardProcess(command: string, ...args: readonly string[]): StartGuard {
  return (settings) => {
    const child = spawn(command, [...args, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'pipe'] });
    const said: Said[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as Said));
    createInterface({ input: child.stderr }).on('line', (text) => said.push({ event: 'stderr', text }));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.stdin.on('error', () => undefined);
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { ...conversation(said, (line) => child.stdin.write(`${line}\n`)), ended, signal: kill };
    function kill(name: NodeJS.Signals): void {
      child.kill(name);
    }
  };
}

function conversation(said: Said[], write: (line: string) => void): Omit<GuardProcess, 'ended' | 'signal'> {
  let tried = 0;
  const tell: GuardProcess['tell'] = (command) => write(JSON.stringify(command));
  const act: GuardProcess['act'] = (about) => tell({ do: 'run', ...REFUND, ...about });
  const hears: GuardProcess['hears'] = async (wanted, withinMs = 8_000) => {
    const found = (): Said | undefined => said.find(wanted);
    try {
      return (await eventually(found, (each) => each !== undefined, withinMs)) ?? { event: 'nothing' };
    } catch {
      throw new Error(`was never said; what was:\n${said.map((each) => JSON.stringify(each)).join('\n')}`);
    }
  };
  const outcome = (id: string): Promise<Said> => hears((each) => each.id === id && ENDS.includes(each.event));
  const look = async (): Promise<Said> => {
    const before = said.length;
    tell({ do: 'look' });
    return hears((each) => said.indexOf(each) >= before && each.event === 'looked');
  };
  return {
    said,
    tell,
    act,
    hears,
    outcome,
    look,
    async tries(about = {}) {
      tried += 1;
      const id = `try-${tried}`;
      act({ id, ...about });
      return outcome(about.id ?? id);
    },
    async becomes(state, withinMs = 8_000) {
      return eventually(look, (seen) => seen.state === state, withinMs);
    },
  };
}

/** Settings of a guard at this desk. */
export function atDesk(desk: HaltDesk, change: Partial<WorkerSettings> = {}): WorkerSettings {
  const { url, guardToken: token } = desk;
  return { url, token, agentId: 'billing-agent', abortDeadlineMs: QUICK.abortDeadlineMs, ...change };
}
