import { hexMac, macFits } from '../same-bytes.js';
import { headerOf, judged, refused } from '../signature-parts.js';
import type { Signature } from '../types.js';

const HEADER = 'Sentry-Hook-Signature';

/** HMAC-SHA256 over the body in hex, by the client secret of the integration. Its time is not signed and says nothing. */
export const sentrySignature: Signature = {
  isConfigured: (_settings, secrets) => secrets.length > 0,
  verify: ({ bytes, headers, secrets }) => {
    const mac = hexMac(headerOf(headers, HEADER)?.trim() ?? '');
    if (mac === undefined) return refused(`The header ${HEADER} is missing, or is not a SHA-256 in hex.`);
    return judged(macFits([bytes], { keys: secrets, macs: [mac] }));
  },
};
