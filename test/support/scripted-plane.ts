/** What may stand where a guard expects its control plane: signs what it likes, says it when it likes, beats or not. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { snapshotText, type Halt, type Snapshot } from '../../src/core/halt.js';
import type { WorkerSettings } from './guard-process.js';
import { aHalt } from './halts.js';
import { bodyOf, listening } from './listening.js';

export interface ScriptedPlane {
  readonly settings: WorkerSettings;
  /** A state as this plane, or a stranger, would sign it. */
  state(change?: StateChange, key?: KeyObject): Snapshot;
  /** What new streams begin with, and what open ones hear now. */
  says(state: Snapshot): void;
  /** Takes the next requests for a stream, one each, before the plane answers again. */
  answers(...answers: readonly ((response: ServerResponse) => void)[]): void;
  /** Statuses with which the next acknowledgements are refused. */
  refusesAcks(...statuses: readonly number[]): void;
  /** Streams that were asked for. */
  asked(): number;
  /** Heartbeats come or do not, or comments in their place; the connections stay. */
  beats(on: boolean | 'comments'): void;
  readonly acks: readonly { readonly epoch: number; readonly level: string }[];
  readonly stranger: KeyObject;
}

/** Orders may be of a kind that nobody knows yet. */
export type StateChange = Partial<Omit<Snapshot, 'halts'>> & { readonly halts?: readonly object[] };

export const HALTED = { halts: [aHalt()] };
const HEARTBEAT_MS = 50;
const LEASE_MS = 800;

export async function openScriptedPlane(first: StateChange = {}): Promise<ScriptedPlane> {
  const own = generateKeyPairSync('ed25519');
  const state = (change: StateChange = {}, key: KeyObject = own.privateKey): Snapshot => signed(change, key);
  const streams = new Set<{ response: ServerResponse; since: number }>();
  const script: ((response: ServerResponse) => void)[] = [];
  const refusals: number[] = [];
  const acks: { epoch: number; level: string }[] = [];
  let current = state(first);
  let asked = 0;
  let beating: boolean | 'comments' = true;

  function stream(response: ServerResponse, nonce: string | null): void {
    asked += 1;
    const answer = script.shift();
    if (answer !== undefined) return answer(response);
    const one = { response, since: performance.now() };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const connection = { at: 0, heartbeatMs: HEARTBEAT_MS, leaseMs: LEASE_MS, nonce };
    response.write(eventText('state', { ...current, connection }));
    streams.add(one);
    response.once('close', () => streams.delete(one));
  }
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const batch: unknown = JSON.parse((await bodyOf(request)).toString());
    const refusal = refusals.shift();
    if (refusal === undefined) acks.push(...(batch as { epoch: number; level: string }[]));
    response.writeHead(refusal ?? 200).end('{}');
  }
  const url = await listening((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://plane');
    if (pathname === '/v1/halts/stream') return stream(response, searchParams.get('nonce'));
    if (pathname === '/v1/acks') return void take(request, response).catch(() => response.destroy());
    return response.writeHead(404).end();
  });
  const beatOf = (since: number): string =>
    beating === 'comments'
      ? ': still here\n\n'
      : eventText('heartbeat', { epoch: current.epoch, at: performance.now() - since });
  const beat = setInterval(() => {
    if (beating !== false) for (const { response, since } of streams) response.write(beatOf(since));
  }, HEARTBEAT_MS);
  onTestFinished(() => clearInterval(beat));
  return {
    settings: {
      url,
      token: 'token',
      agentId: 'billing-agent',
      abortDeadlineMs: 150,
      publicKey: own.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    state,
    says(next) {
      current = next;
      for (const { response } of streams) response.write(eventText('state', next));
    },
    answers: (...answers) => void script.push(...answers),
    refusesAcks: (...statuses) => void refusals.push(...statuses),
    asked: () => asked,
    beats: (on) => void (beating = on),
    acks,
    stranger: generateKeyPairSync('ed25519').privateKey,
  };
}

function eventText(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function signed(change: StateChange, key: KeyObject): Snapshot {
  const state = {
    epoch: 1,
    planeId: 'plane',
    issuedAt: '2026-11-20T03:12:00.000Z',
    leaseMs: LEASE_MS,
    ...change,
    halts: (change.halts ?? []) as Halt[],
  };
  return { ...state, signature: sign(null, Buffer.from(snapshotText(state)), key).toString('base64') };
}
