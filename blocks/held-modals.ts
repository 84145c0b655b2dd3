/** What a person sees of one held attempt before deciding, and the form of a rejection. */
import type { ModalView } from '@slack/types';
import { redact } from '../src/core/redact.js';
import { clip, join, lines, plain, say, split, type Mrkdwn } from './escape.js';
import { modal, textInput } from './modal.js';
import { context, section, when } from './parts.js';
import type { HeldLine } from './quarantine.js';

const PIECE_MAX = 2_800;
/** Pieces of it; what is longer is a file, not something to decide by reading here. */
const PIECES = 3;
const NAME_MAX = 200;

export interface HeldParameters {
  readonly item: Pick<HeldLine, 'id' | 'agentId' | 'tool' | 'actionClass' | 'actionId' | 'digest'>;
  /** As they will run; undefined where they were erased. */
  readonly parameters: unknown;
}

export function parametersModal({ item, parameters }: HeldParameters): ModalView {
  const { id, agentId, tool, actionClass, actionId, digest } = item;
  const pieces = parameters === undefined ? [] : piecesOf(parameters);
  const shown = pieces.slice(0, PIECES);
  const name = (text: string): string => clip(text, NAME_MAX);
  return {
    type: 'modal',
    title: { type: 'plain_text', text: plain(`Parameters of ${id}`, 24), emoji: true },
    close: { type: 'plain_text', text: 'Close', emoji: true },
    blocks: [
      section(
        join(
          [say`*${name(agentId)}* wants ${name(tool)} (${name(actionClass)})`, say`action ${name(actionId)}`],
          '\n',
        ),
      ),
      ...shown.map((piece) => section(say`\`\`\`${piece}\`\`\``)),
      ...when(parameters === undefined, section(say`The parameters were erased. Reject it where in doubt.`)),
      ...when(pieces.length > PIECES, section(say`… cut here: longer than can be shown.`)),
      context(
        say`Secrets and personal data are hidden and long values cut; what runs is exact. Digest ${digest.slice(0, 16)}`,
      ),
    ],
  };
}

function piecesOf(parameters: unknown): Mrkdwn[] {
  return split(lines(JSON.stringify(redact(parameters), null, 2)), PIECE_MAX);
}

export function rejectModal({
  id,
  digest,
  channelId,
}: {
  id: string;
  digest: string;
  channelId: string | null;
}): ModalView {
  return modal({
    callbackId: 'held:reject',
    title: `Reject ${id.slice(0, 12)}`,
    submit: 'Reject',
    context: { id, digest, channelId },
    inputs: [
      textInput({
        id: 'reason',
        label: 'Why not?',
        hint: 'The agent is told, and whoever reads the journal.',
        multiline: true,
        optional: true,
      }),
    ],
  });
}
