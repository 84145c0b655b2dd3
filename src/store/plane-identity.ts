import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { PlaneIdentity } from './types.js';

/** A new name and Ed25519 key pair; whether it is the plane's is decided by who stores it first. */
export function newPlaneIdentity(): PlaneIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { planeId: randomUUID(), privateKey, publicKey };
}
