import { createPublicKey, verify } from 'node:crypto';
import { signedText, type SignedState } from './read-snapshot.js';

/** Tells whether a state was signed by the control plane whose key is pinned (Ed25519, SPKI PEM). */
export function createVerifier(publicKey: string): (state: SignedState) => boolean {
  const key = createPublicKey(publicKey);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`the key is ${key.asymmetricKeyType}, not Ed25519`);
  return (state) => {
    try {
      return verify(null, Buffer.from(signedText(state)), key, Buffer.from(state.signature, 'base64'));
    } catch {
      return false;
    }
  };
}
