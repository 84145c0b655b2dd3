import type { ActionsBlock, ContextBlock, DividerBlock, HeaderBlock, SectionBlock } from '@slack/types';

/** The blocks our messages are made of: few, and shown by every Slack client for years. */
export type Block = ActionsBlock | ContextBlock | DividerBlock | HeaderBlock | SectionBlock;

/** A message, ready for Slack: `text` is what notifications and screen readers say. */
export interface Rendered {
  readonly text: string;
  readonly blocks: Block[];
}
