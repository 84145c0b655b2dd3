import { Rejections } from './rejections.js';
import type { Decoded, DecodedLog, DecodedSpan } from './types.js';

/** What is found in one request, in either form: what is whole, and why the rest is refused. */
export class Gathered {
  readonly #rejections = new Rejections();
  readonly #spans: DecodedSpan[] = [];
  readonly #events: DecodedLog[] = [];

  span(span: DecodedSpan | string): void {
    if (typeof span === 'string') this.refuse(span);
    else this.#spans.push(span);
  }

  log(log: DecodedLog | string): void {
    if (typeof log === 'string') this.refuse(log);
    else this.#events.push(log);
  }

  refuse(reason: string): void {
    this.#rejections.add(reason);
  }

  decoded(): Decoded {
    const { count: rejected, message } = this.#rejections;
    return { spans: this.#spans, events: this.#events, rejected, message };
  }
}
