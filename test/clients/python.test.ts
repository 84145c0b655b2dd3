/** The guard for Python, without a control plane: its pure parts against what Node and the TypeScript say of the same. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.js';
import { decide } from '../../src/core/decide.js';
import { snapshotText, type Snapshot } from '../../src/core/halt.js';
import { createHeldState } from '../../src/guard/held-state.js';
import { aHalt, attempts, halts } from '../support/halts.js';
import { temporaryFolder } from '../support/processes.js';
import { PYTHON } from '../support/python.js';

const plane = generateKeyPairSync('ed25519');
const keyText = pem(plane.publicKey);

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function aState(change: Partial<Snapshot> = {}): Snapshot {
  const unsigned = {
    epoch: 5,
    planeId: 'plane',
    issuedAt: '2026-11-20T03:12:00.000Z',
    leaseMs: 10_000,
    halts: [aHalt()],
    ...change,
  };
  const signature = sign(null, Buffer.from(snapshotText(unsigned)), plane.privateKey).toString('base64');
  return { ...unsigned, signature };
}

/** Key, message, signature, and what Node says of them: every third has one bit changed. */
function signatures() {
  return fc.sample(fc.string({ unit: 'grapheme' }), 30).map((message, index) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, Buffer.from(message), privateKey);
    if (index % 3 === 0) signature.writeUInt8(signature.readUInt8(index) ^ 1, index);
    const says = verify(null, Buffer.from(message), publicKey, signature);
    return [pem(publicKey), message, signature.toString('base64'), says];
  });
}

function someJson() {
  const values = fc.sample(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), 300);
  const texts = fc.sample(fc.dictionary(fc.string({ unit: 'binary' }), fc.double({ noNaN: true })), 300);
  return [...values, ...texts].map((value) => {
    const sent = JSON.stringify(value);
    return [sent, canonicalJson(JSON.parse(sent))];
  });
}

const NUMBERS = [
  '0,-0,1,-1,1.0,1e0,100e-2,0.1,1e-6,1e-7,123456789e-15,5e-324,1.7976931348623157e308,1e309,-1e309',
  '9007199254740991,9007199254740992,9007199254740993,12345678901234567890,1e20,1e21,123e19,123e20,-1e21',
  '4.35,0.000001234,333333333.33333329,1e23,9.5e-7,2.5e25,1424953923781206.2,100000000000000000000000',
].flatMap((line) => line.split(','));

/** States as they come, and what the guard for Node makes of each. */
function sequences() {
  const arrivals = fc.array(
    fc.record({
      epoch: fc.integer({ min: 0, max: 6 }),
      planeId: fc.constantFrom('plane', 'other'),
      issuedAt: fc.constantFrom('2026-11-20T03:12:00.000Z', '2026-11-21T03:12:00.000Z'),
      halts: fc.array(halts, { maxLength: 2 }),
      signed: fc.boolean(),
    }),
    { maxLength: 8 },
  );
  return fc.sample(arrivals, 200).map((states) => {
    const held = createHeldState();
    return states.map(({ signed, ...change }) => {
      const state = { ...aState(), ...change };
      const acceptance = held.accept(state, signed);
      return [state, signed, acceptance, held.halts().map(({ id }) => id)];
    });
  });
}

function decisions() {
  const asked = fc.record({ attempt: attempts, orders: fc.array(halts, { maxLength: 4 }) });
  return fc
    .sample(asked, 300)
    .map(({ attempt, orders }) => [attempt, orders, decide(attempt, orders).verdict]);
}

function writeFixture(): string {
  const path = join(temporaryFolder(), 'fixture.json');
  const numbers = NUMBERS.map((text) => [text, canonicalJson(JSON.parse(text))]);
  const rsaKey = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
  const known = { key: keyText, rsaKey, state: aState(), signatures: signatures(), json: someJson() };
  // As text within text: what Python reads must be what Node would read.
  const asText = { ...known, decisions: decisions(), sequences: sequences() };
  writeFileSync(path, `${JSON.stringify(asText).slice(0, -1)},"numbers":${JSON.stringify(numbers)}}`);
  return path;
}

it.skipIf(PYTHON === undefined)('the guard for Python passes its own tests', async () => {
  const running = promisify(execFile)(PYTHON ?? '', ['-W', 'error', 'test/clients/haltline_guard_test.py'], {
    env: { ...process.env, FIXTURE: writeFixture(), PYTHONDONTWRITEBYTECODE: '1' },
  });
  const said = await running.then(
    ({ stderr }) => stderr,
    (error: unknown) => String(error),
  );

  expect(said).toMatch(/^Ran [1-9]\d* tests? in [\d.]+s\n\nOK$/m);
});

it('the guard for Python needs nothing but its standard library, and no newer one than it says', () => {
  const source = readFileSync('clients/python/haltline_guard.py', 'utf8');
  const imported = [...source.matchAll(/^\s*(?:import|from) ([\w.]+)/gm)].map(([, name = '']) => name);
  const standard =
    '__future__ asyncio atexit base64 codecs collections contextvars datetime functools hashlib http.client inspect json math os ' +
    'queue random re secrets socket sys threading time urllib.parse uuid weakref typing';

  expect(imported.filter((name) => !standard.split(' ').includes(name))).toEqual(['haltline_guard']);
  expect(source).not.toMatch(/^\s*match .*:$|\bexcept\*|: \w+ \| None/m);
});
