/** Looking into objects of a framework whose types are not ours to import. */

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}

export function textIn(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

/** The `signal` of a call's options. */
export function signalOf(options: unknown): AbortSignal | undefined {
  const signal = memberOf(options, 'signal');
  return signal instanceof AbortSignal ? signal : undefined;
}
