/**
 * Reads JSON without building it: most of a span is not ours to read, and objects for all of it would cost more than storing
 * it. As strict as JSON.parse (test/telemetry/wire/fuzz.test.ts holds it against that), and no deeper than
 * MAX_NESTING: what nests deeper is refused before it takes memory. Every fault throws InvalidOtlp.
 */
import { InvalidOtlp } from './invalid-otlp.js';

/** Levels of brackets; protobuf's own parsers stop at 100. */
const MAX_NESTING = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
export const OBJECT = 0x7b;
export const ARRAY = 0x5b;
const END_OF_OBJECT = 0x7d;
const END_OF_ARRAY = 0x5d;
const NULL = 0x6e;
const TRUE = 0x74;
const FALSE = 0x66;
const FRACTION = 0x2e;
const UNICODE = 0x75;
const ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/** Bytes that stand for themselves in a string: neither a quote, nor a backslash, nor a control character. */
const ORDINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

export class JsonCursor {
  readonly buffer: Buffer;
  position = 0;
  /** The last string or number that was passed: from `start` to `end`, without quotes. */
  start = 0;
  end = 0;
  /** Has the last string escapes in it? Then its bytes are not its text. */
  isEscaped = false;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  /** The first byte of what comes next, past white space; -1 at the end. */
  peek(): number {
    const { buffer } = this;
    let byte = buffer[this.position];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      this.position += 1;
      byte = buffer[this.position];
    }
    return byte ?? -1;
  }

  /** Passes exactly these bytes, if they are what comes next, without white space. */
  literal(bytes: Uint8Array): boolean {
    const { buffer, position } = this;
    for (let index = 0; index < bytes.length; index += 1) {
      if (buffer[position + index] !== bytes[index]) return false;
    }
    this.position = position + bytes.length;
    return true;
  }

  /** Passes an opening bracket, if that is what comes next. */
  open(bracket: typeof OBJECT | typeof ARRAY): boolean {
    if (this.peek() !== bracket) return false;
    this.position += 1;
    return true;
  }

  /** In an object: passes the next key, whose bytes are then from `start` to `end`. False past the closing bracket. */
  nextKey(isFirst: boolean): boolean {
    if (!this.#nextMember(isFirst, END_OF_OBJECT)) return false;
    if (!this.string()) throw this.fault();
    if (this.peek() !== COLON) throw this.fault();
    this.position += 1;
    return true;
  }

  /** In an array: is there another item? False past the closing bracket. */
  nextItem(isFirst: boolean): boolean {
    return this.#nextMember(isFirst, END_OF_ARRAY);
  }

  #nextMember(isFirst: boolean, closing: number): boolean {
    const byte = this.peek();
    if (byte === closing) {
      this.position += 1;
      return false;
    }
    if (isFirst) return true;
    if (byte !== COMMA) throw this.fault();
    this.position += 1;
    return true;
  }

  /** Passes a string, if that is what comes next. */
  string(): boolean {
    if (this.peek() !== QUOTE) return false;
    const { buffer } = this;
    let at = this.position + 1;
    this.start = at;
    this.isEscaped = false;
    while (buffer[at] !== QUOTE) {
      while (ORDINARY[buffer[at] ?? 0] === 1) at += 1;
      if (buffer[at] === BACKSLASH) at = this.#escape(at) + 1;
      else if (buffer[at] !== QUOTE) throw this.fault();
    }
    this.end = at;
    this.position = at + 1;
    return true;
  }

  /** Checks the escape that starts at `at`; gives where it ends. */
  #escape(at: number): number {
    this.isEscaped = true;
    const letter = this.buffer[at + 1] ?? -1;
    if (ESCAPES.has(letter)) return at + 1;
    if (letter !== UNICODE) throw this.fault();
    for (let digit = at + 2; digit < at + 6; digit += 1) {
      if (!isHex(this.buffer[digit] ?? 0)) throw this.fault();
    }
    return at + 5;
  }

  /** The text of the last string. */
  text(): string {
    if (!this.isEscaped) return this.buffer.toString('utf8', this.start, this.end);
    const text: string = JSON.parse(this.buffer.toString('utf8', this.start - 1, this.end + 1));
    return text;
  }

  /** Passes a number, if that is what comes next. */
  number(): boolean {
    const byte = this.peek();
    if (byte !== MINUS && !isDigit(byte)) return false;
    this.start = this.position;
    this.isEscaped = false;
    let at = byte === MINUS ? this.position + 1 : this.position;
    at = this.buffer[at] === ZERO ? at + 1 : this.#digits(at);
    if (this.buffer[at] === FRACTION) at = this.#digits(at + 1);
    const exponent = this.buffer[at] ?? 0;
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = this.buffer[at + 1] ?? 0;
      at = this.#digits(sign === MINUS || sign === 0x2b ? at + 2 : at + 1);
    }
    this.end = at;
    this.position = at;
    return true;
  }

  /** Past one digit or more. */
  #digits(from: number): number {
    let at = from;
    while (isDigit(this.buffer[at] ?? 0)) at += 1;
    if (at === from) throw this.fault();
    return at;
  }

  /** Passes null, if that is what comes next. */
  null(): boolean {
    return this.#word(NULL, 'null');
  }

  /** Passes true or false, if that is what comes next. */
  boolean(): boolean | undefined {
    if (this.#word(TRUE, 'true')) return true;
    return this.#word(FALSE, 'false') ? false : undefined;
  }

  #word(first: number, word: string): boolean {
    if (this.peek() !== first) return false;
    const end = this.position + word.length;
    if (this.buffer.toString('latin1', this.position, end) !== word) throw this.fault();
    this.position = end;
    return true;
  }

  /** Passes a value, whatever it is. */
  skip(depth = 0): void {
    if (depth > MAX_NESTING) throw new InvalidOtlp('The body nests too deeply to be OTLP.');
    if (this.string() || this.number()) return;
    if (this.open(OBJECT)) {
      for (let isFirst = true; this.nextKey(isFirst); isFirst = false) this.skip(depth + 1);
    } else if (this.open(ARRAY)) {
      for (let isFirst = true; this.nextItem(isFirst); isFirst = false) this.skip(depth + 1);
    } else if (!this.null() && this.boolean() === undefined) throw this.fault();
  }

  fault(): InvalidOtlp {
    return new InvalidOtlp(
      'The body is not JSON, although Content-Type says so: it breaks off or is malformed.',
    );
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

export function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}
