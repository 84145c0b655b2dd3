import type { Transaction } from '../store/types.js';

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
