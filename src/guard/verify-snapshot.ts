import { createPublicKey, verify } from 'node:crypto';
import { snapshotText, type Snapshot } from '../core/halt.js';

/** Tells whether a snapshot was signed by the control plane whose key is pinned (Ed25519, SPKI PEM). */
export function createVerifier(publicKey: string): (snapshot: Snapshot) => boolean {
  const key = createPublicKey(publicKey);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`the key is ${key.asymmetricKeyType}, not Ed25519`);
  return (snapshot) => {
    try {
      return verify(
        null,
        Buffer.from(snapshotText(snapshot)),
        key,
        Buffer.from(snapshot.signature, 'base64'),
      );
    } catch {
      return false;
    }
  };
}
