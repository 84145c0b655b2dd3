import type { SnsMessage } from './schema.js';

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const CONFIRMATION = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/** What SNS signs: name and value of each field there is, a line each, in the order of the names. */
export function canonicalText(message: SnsMessage): string {
  const names: readonly string[] = message.Type === 'Notification' ? NOTIFICATION : CONFIRMATION;
  const fields = new Map<string, unknown>(Object.entries(message));
  return names
    .flatMap((name) => {
      const value = fields.get(name);
      return typeof value === 'string' ? [`${name}\n${value}\n`] : [];
    })
    .join('');
}
