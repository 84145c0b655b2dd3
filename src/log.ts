import { pino, type DestinationStream, type Logger } from 'pino';

/** Keys whose values never reach a log, wherever they stand one level deep. */
const SECRET = [
  'authorization',
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'text',
  'reason',
  'evidence',
  'privateKey',
];

/** JSON lines on standard error, so that a command's own output stays clean. */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    { level, redact: { paths: SECRET.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' } },
    destination,
  );
}
