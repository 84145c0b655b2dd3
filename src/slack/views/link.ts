import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { LinkName } from '../../core/detection-chain.js';
import { supplyLink } from '../../operations/incidents/supply-link.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ incident: z.string(), link: LinkName });

export const linkView: View = {
  callbackId: 'link:supply',
  errorAt: 'at',
  run: async (door, { press, context, value }) => {
    const { incident, link } = Context.parse(context);
    const seconds = Number(value('at') ?? Number.NaN);
    if (!Number.isFinite(seconds)) throw new DomainError('invalid-input', 'Pick the date and the time.');
    await supplyLink(door.deps, {
      incident,
      link,
      at: new Date(seconds * 1000).toISOString(),
      source: value('source') ?? '',
      actor: slackActor(door, press.userId),
    });
    return { text: `*${link}* of *${incident}* is on the chain now, with its source.` };
  },
};
