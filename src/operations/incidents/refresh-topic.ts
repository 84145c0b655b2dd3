import type { Transaction } from '../../store/types.js';

/** Has the channel's topic set again; `version` is the stream's after the change that it has to show. */
export async function refreshTopicIn(tx: Transaction, incident: string, version: number): Promise<void> {
  await tx.addEffect({
    key: `channel:topic:${incident}:${version}`,
    kind: 'channel:topic',
    lane: 'bulk',
    incident,
    payload: { incident },
  });
}

/** The same, after whatever this transaction has appended to the incident. */
export async function refreshTopicNow(tx: Transaction, incident: string): Promise<void> {
  await refreshTopicIn(tx, incident, (await tx.readStream(incident)).length);
}
