/**
 * The only addresses that a post may make us fetch. A query is refused with a certificate: some answers of SNS repeat
 * what was asked, and a certificate could be put into their mouth.
 */
import type { Handshake } from '../types.js';

/** All of AWS, GovCloud among it; China; and the European Sovereign Cloud. */
const HOST =
  /^sns\.(?:[a-z]{2}(?:-[a-z]+)+-\d{1,2}\.amazonaws\.com(?:\.cn)?|eusc(?:-[a-z]+)+-\d{1,2}\.amazonaws\.eu)$/;
const CERTIFICATE = /^\/[A-Za-z0-9_-]{1,200}\.pem$/;

/** Where SNS keeps the certificate that a message is signed with; undefined for any other address. */
export function certificateUrl(text: string): URL | undefined {
  const url = snsUrl(text);
  return url !== undefined && url.search === '' && CERTIFICATE.test(url.pathname) ? url : undefined;
}

/** Where a subscription to just this topic is confirmed; undefined for any other address. */
export function confirmationUrl({ url: text, topic }: Handshake): URL | undefined {
  const url = snsUrl(text);
  if (url === undefined || url.pathname !== '/') return undefined;
  const asks = (name: string): string | null => only(url.searchParams.getAll(name));
  const isConfirmation = asks('Action') === 'ConfirmSubscription' && asks('TopicArn') === topic;
  return isConfirmation && asks('Token') !== null ? url : undefined;
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function snsUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain =
    url.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '';
  return isPlain && HOST.test(url.hostname) ? url : undefined;
}
