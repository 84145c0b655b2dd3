import { z } from 'zod';
import { orderFromSlack } from '../commands/order-from-slack.js';
import type { View } from './define-view.js';

const Context = z.object({ channelId: z.string().nullable().default(null) });

export const haltView: View = {
  callbackId: 'halt:order',
  errorAt: 'scope',
  run: (door, { press, context, value }) => {
    const { channelId } = Context.parse(context ?? {});
    const scope = value('scope') ?? 'all';
    const reason = value('reason') ?? 'no reason given';
    return orderFromSlack(
      door,
      { ...press, channelId },
      {
        scope: scope === 'all' ? { kind: 'all' } : { kind: 'agent', agentId: scope.replace(/^agent:/, '') },
        reason,
      },
    );
  },
};
