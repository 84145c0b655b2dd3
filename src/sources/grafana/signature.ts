import { hexMac, macFits } from '../same-bytes.js';
import { headerOf, judged, refused, staleness } from '../signature-parts.js';
import type { SignedPost, Signature, Verdict } from '../types.js';

const SIGNATURE = 'x-grafana-alerting-signature';
const TIMESTAMP = 'x-grafana-alerting-timestamp';
const TOLERANCE_SECONDS = 300;

/**
 * HMAC-SHA256 over the body in bare hex; where the contact point names a header for it, over `seconds:body`. The two
 * cannot be taken for each other: no body that begins with `seconds:` is JSON. A header for the time that sources.yml
 * names has to be there; Grafana's usual one counts where it is.
 */
export const grafanaSignature: Signature = {
  isConfigured: (_settings, secrets) => secrets.length > 0,
  verify: (post) => {
    const name = post.settings.signatureHeader ?? SIGNATURE;
    const written = headerOf(post.headers, name);
    if (written === undefined) return refused(`The header ${name} is missing.`);
    const mac = hexMac(written.trim());
    if (mac === undefined) return refused(`The header ${name} is not a SHA-256 in hex.`);
    return overTime(post, mac);
  },
};

function overTime(post: SignedPost, mac: Uint8Array): Verdict {
  const { bytes, headers, settings, secrets, nowMs } = post;
  const at = headerOf(headers, settings.timestampHeader ?? TIMESTAMP);
  if (at === undefined) {
    if (settings.timestampHeader !== null)
      return refused(`The header ${settings.timestampHeader} is missing.`);
    return judged(macFits([bytes], { keys: secrets, macs: [mac] }));
  }
  const stale = staleness(at, { nowMs, toleranceSeconds: settings.toleranceSeconds ?? TOLERANCE_SECONDS });
  return stale === null ? judged(macFits([`${at}:`, bytes], { keys: secrets, macs: [mac] })) : refused(stale);
}
