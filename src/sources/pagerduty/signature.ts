import { hexMac, macFits } from '../same-bytes.js';
import { headerOf, judged, listedIn, refused } from '../signature-parts.js';
import type { Signature } from '../types.js';

const HEADER = 'X-PagerDuty-Signature';

/** `v1=<hex>[,v1=<hex>]`, HMAC-SHA256 over the body: one for each secret that PagerDuty has at the time. */
export const pagerDutySignature: Signature = {
  isConfigured: (_settings, secrets) => secrets.length > 0,
  verify: ({ bytes, headers, secrets }) => {
    const header = headerOf(headers, HEADER);
    if (header === undefined) return refused(`The header ${HEADER} is missing.`);
    const macs = listedIn(header, ',').flatMap((each) => {
      const mac = each.startsWith('v1=') ? hexMac(each.slice(3)) : undefined;
      return mac === undefined ? [] : [mac];
    });
    if (macs.length === 0) return refused(`The header ${HEADER} holds no v1= signature.`);
    return judged(macFits([bytes], { keys: secrets, macs }));
  },
};
