/**
 * An agent in a process of its own behind the compiled guard for Node. What it is told, and what it says, is one JSON
 * object a line; `guarded_worker.py` speaks the same, behind the guard for Python.
 */
import { createInterface } from 'node:readline';
import { checkGuard, createGuard, isHaltedError } from '../../dist/src/guard/index.js';

const settings = JSON.parse(process.argv[2]);
const shift = { monotonicMs: 0, wallMs: 0 };
const unfinished = new Map();
const say = (event, about = {}) => process.stdout.write(`${JSON.stringify({ event, ...about })}\n`);
const viewOf = ({ state, epoch, halts }) => ({ state, epoch, halts: halts.map(({ id }) => id) });

const guard = (settings.asks ? checkGuard : createGuard)({
  ...settings,
  clock: () => ({
    monotonicMs: performance.now() + shift.monotonicMs,
    wallMs: Date.now() + shift.wallMs,
  }),
  onState: (view) => say('view', viewOf(view)),
  onTrouble: (error) => say('trouble', { text: String(error) }),
});
if (settings.asks) say('ready');
else
  guard.ready().then(
    () => say('ready'),
    () => undefined,
  );

/** What the action does: comes back at once, goes on until it is told to stop, or goes on whatever it is told. */
const WAYS = {
  return: () => 'done',
  obedient: ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped as told')), { once: true });
    }),
  stubborn: (_context, id) => new Promise((resolve) => unfinished.set(id, resolve)),
};

async function run({ id, how = 'return', ...attempt }) {
  try {
    const result = await guard.run({ ...attempt, actionId: id }, (context) => {
      say('began', { id, release: context.release });
      return WAYS[how](context, id);
    });
    say('done', { id, result });
  } catch (error) {
    if (!isHaltedError(error)) return say('failed', { id, text: String(error) });
    const { refusal, haltId, reason, epoch, scope, mode } = error;
    say('refused', { id, refusal, haltId, reason, epoch, scope, mode });
  }
}

/** Something for people to see, and how it was looked at. */
async function wrote(artifact, review) {
  await guard.artifact(artifact);
  await guard.reviewed({ actionId: artifact.actionId, ...review });
  say('wrote', { id: artifact.actionId });
}

const COMMANDS = {
  run: (command) => void run(command),
  finish: ({ id }) => unfinished.get(id)?.('sent anyway'),
  clock: (change) => Object.assign(shift, change),
  wrote: ({ presentedAt, reviewer, ...artifact }) =>
    void wrote(artifact, { presentedAt: new Date(presentedAt), reviewer }),
  look: () => say('looked', { ...viewOf(guard), inflight: guard.inflight.length }),
  close: () => void guard.close().then(() => say('closed')),
  leave: () => void guard.close().then(() => process.exit()),
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { do: name, ...command } = JSON.parse(line);
    COMMANDS[name](command);
  })
  .on('close', () => process.exit());
