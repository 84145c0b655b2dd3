import { hexMac, macFits } from '../same-bytes.js';
import { headerOf, judged, refused, staleness, VALID } from '../signature-parts.js';
import type { SignedPost, Signature, Verdict } from '../types.js';

/** What Grafana calls it where its contact point does not say: the second in its first versions. */
const SIGNATURES = ['x-grafana-alerting-signature', 'x-grafana-alert-signature'] as const;
/** Grafana has no name of its own for the time; these are what its pages and providers write. */
const TIMESTAMPS = [
  'x-grafana-alerting-timestamp',
  'x-grafana-alerting-signature-timestamp',
  'x-grafana-alert-timestamp',
] as const;
const TOLERANCE_SECONDS = 300;

/**
 * HMAC-SHA256 over the body in bare hex; where the contact point names a header for it, over `seconds:body`. The two
 * cannot be taken for each other: no body that begins with `seconds:` is JSON. A header for the time that sources.yml
 * names has to be there; a usual one counts where it is.
 */
export const grafanaSignature: Signature = {
  isConfigured: (_settings, secrets) => secrets.length > 0,
  verify: (post) => {
    const { signatureHeader } = post.settings;
    const names = signatureHeader === null ? SIGNATURES : [signatureHeader];
    const [name = SIGNATURES[0]] = names.filter((each) => headerOf(post.headers, each) !== undefined);
    const written = headerOf(post.headers, name);
    if (written === undefined) return refused(`The header ${signatureHeader ?? SIGNATURES[0]} is missing.`);
    const mac = hexMac(written.trim());
    if (mac === undefined) return refused(`The header ${name} is not a SHA-256 in hex.`);
    return overTime(post, mac);
  },
};

const UNFIT =
  'The signature fits none of the secrets that are set. Compare them with those of the contact point; where it has a Timestamp Header, name that as `timestampHeader` of this source in sources.yml.';

function overTime(post: SignedPost, mac: Uint8Array): Verdict {
  const { bytes, headers, settings, secrets, nowMs } = post;
  const { timestampHeader } = settings;
  const names = timestampHeader === null ? TIMESTAMPS : [timestampHeader];
  const at = names.map((name) => headerOf(headers, name)).find((each) => each !== undefined);
  if (at === undefined) {
    if (timestampHeader !== null) return refused(`The header ${timestampHeader} is missing.`);
    return macFits([bytes], { keys: secrets, macs: [mac] }) ? VALID : refused(UNFIT);
  }
  const stale = staleness(at, { nowMs, toleranceSeconds: settings.toleranceSeconds ?? TOLERANCE_SECONDS });
  return stale === null ? judged(macFits([`${at}:`, bytes], { keys: secrets, macs: [mac] })) : refused(stale);
}
