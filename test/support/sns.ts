/** A stand-in for Amazon SNS: signs messages, and serves its certificate over TLS on this machine. */
import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { onTestFinished } from 'vitest';
import type { WebReader } from '../../src/sources/types.js';
import { createWebReader } from '../../src/sources/web-reader.js';
import { listenOn, stopServer } from './listening.js';
import { fixture } from './posts.js';

export const pem = (name: string): string => readFileSync(`test/fixtures/sns/${name}.pem`, 'utf8');

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:agents';
export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem';

/** Serves over TLS, and a reader for which every host is that server. `asked` lists what it was asked for. */
export async function openWeb(
  answer: RequestListener = (_request, response) => response.end(pem('certificate')),
  options: { readonly ms?: number } = {},
): Promise<{ web: WebReader; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer({ key: pem('key'), cert: pem('certificate') }, (request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  const port = await listenOn(server);
  onTestFinished(() => stopServer(server));
  const web = createWebReader({
    ...options,
    port,
    ca: pem('certificate'),
    lookup: (_host, { all }, found) =>
      all === true ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
  });
  return { web, asked };
}

/** An alarm in its envelope, signed as SNS signs; `change` is made before signing. */
export function anAlarm(change: object = {}, alarm: object = {}): Record<string, unknown> {
  const sent = JSON.parse(fixture('cloudwatch/alarm')) as { Message: string };
  const inner = { ...(JSON.parse(sent.Message) as object), ...alarm };
  return signedBySns({ ...sent, Message: JSON.stringify(inner), ...change });
}

/** A message that asks to be let in. */
export function aSubscription(change: object = {}): Record<string, unknown> {
  const token = '2336412f37fb687f5d51e6e2425f004ae9f9';
  const query = `Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${token}`;
  return signedBySns({
    Type: 'SubscriptionConfirmation',
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    Token: token,
    TopicArn: TOPIC,
    Message: 'You have chosen to subscribe to the topic.\nTo confirm it, visit the SubscribeURL.',
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?${query}`,
    ...change,
  });
}

function signedBySns(message: object): Record<string, unknown> {
  const whole = {
    Timestamp: '2026-11-20T03:11:31.000Z',
    SignatureVersion: '2',
    Signature: '',
    SigningCertURL: CERTIFICATE_URL,
    ...message,
  };
  const hash = whole.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = createSign(hash).update(textToSign(whole)).sign(pem('key'), 'base64');
  return { ...whole, Signature };
}

/** As the pages of AWS write it out, each kind by itself. */
function textToSign(message: object): string {
  const { Type, Subject, ...m } = message as Record<string, string>;
  const head = `Message\n${m['Message']}\nMessageId\n${m['MessageId']}\n`;
  const subject = Subject === undefined ? '' : `Subject\n${Subject}\n`;
  const tail = `TopicArn\n${m['TopicArn']}\nType\n${Type}\n`;
  return Type === 'Notification'
    ? `${head}${subject}Timestamp\n${m['Timestamp']}\n${tail}`
    : `${head}SubscribeURL\n${m['SubscribeURL']}\nTimestamp\n${m['Timestamp']}\nToken\n${m['Token']}\n${tail}`;
}
