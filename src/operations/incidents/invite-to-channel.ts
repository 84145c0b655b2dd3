import type { Transaction } from '../../store/types.js';

/** Brings somebody who took part into the incident's channel, once. */
export async function inviteToChannelIn(tx: Transaction, incident: string, userId: string): Promise<void> {
  await tx.addEffect({
    key: `channel:invite:${incident}:${userId}`,
    kind: 'channel:invite',
    lane: 'bulk',
    incident,
    payload: { incident, users: [userId] },
  });
}
