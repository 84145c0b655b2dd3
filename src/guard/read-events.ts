/** Server-Sent Events from the body of a fetch: Node has no EventSource, and a browser's could not send a token. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

const LONGEST_EVENT = 4_194_304;

/** Yields complete events; what is cut off by the end of the stream is dropped. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    // A carriage return at the very end may be half of a line end: it waits for what follows.
    const text = rest + decoder.decode(bytes, { stream: true });
    const half = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - half.length).replaceAll(/\r\n?/g, '\n');
    const blocks = lines.split('\n\n');
    rest = (blocks.pop() ?? '') + half;
    if (rest.length > LONGEST_EVENT) throw new Error('an event of the stream is too long');
    yield* blocks.map(parseEvent).filter(({ data }) => data !== '');
  }
}

function parseEvent(block: string): ServerEvent {
  const fields = block.split('\n').map((line) => {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    return { name, value };
  });
  const event = fields.findLast(({ name }) => name === 'event')?.value ?? 'message';
  const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value);
  return { event, data: data.join('\n') };
}
