import { X509Certificate, type KeyObject } from 'node:crypto';
import type { WebReader } from '../types.js';

/** How long one is believed without being looked at again: SNS changes them about once a year. */
const KEPT_MS = 24 * 3_600_000;
/** AWS has one a region. */
const MOST_KEPT = 64;
/** Forged posts must not make us ask AWS without end. */
const MOST_FETCHES_A_MINUTE = 20;
const MINUTE_MS = 60_000;

export interface CertificateRequest {
  readonly url: URL;
  readonly web: WebReader;
  readonly nowMs: number;
}

/** The public key behind a certificate's address. Rejects where it cannot be had or does not hold today. */
export type Certificates = (request: CertificateRequest) => Promise<KeyObject>;

interface Kept {
  readonly at: number;
  readonly key: Promise<KeyObject>;
}

/** Certificates by address, fetched once for all who ask at the same time. What failed is not kept. */
export function createCertificates(): Certificates {
  const kept = new Map<string, Kept>();
  const fetches: number[] = [];
  return async (request) => {
    const { url, nowMs } = request;
    const known = kept.get(url.href);
    if (known !== undefined && nowMs - known.at < KEPT_MS) return known.key;
    while (fetches[0] !== undefined && nowMs - fetches[0] > MINUTE_MS) fetches.shift();
    if (fetches.length >= MOST_FETCHES_A_MINUTE) throw new Error('too many certificates were asked for');
    fetches.push(nowMs);
    const key = fetchKey(request);
    kept.set(url.href, { at: nowMs, key });
    key.catch(() => kept.delete(url.href));
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return key;
  };
}

async function fetchKey({ url, web, nowMs }: CertificateRequest): Promise<KeyObject> {
  const certificate = new X509Certificate(await web.get(url));
  const holds = Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo);
  if (!holds) throw new Error('the certificate is not valid today');
  const { publicKey } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') throw new Error('the certificate holds no RSA key');
  return publicKey;
}
