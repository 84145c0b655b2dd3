/** Careful reading of JSON whose shape nobody has promised: the parsing edge of the sandbox. */
export type Json = Record<string, unknown>;

/** True for a plain JSON object: neither null nor a list. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key; empty when there is none. */
export function objectIn(value: Json, key: string): Json {
  const found = value[key];
  return isObject(found) ? found : {};
}

/** The text under a key; empty when there is none. */
export function textIn(value: Json, key: string): string {
  const found = value[key];
  return typeof found === 'string' ? found : '';
}

/** The list under a key; empty when there is none. */
export function listIn(value: Json, key: string): readonly unknown[] {
  const found = value[key];
  return Array.isArray(found) ? found : [];
}

/** The objects in the list under a key. */
export function objectsIn(value: Json, key: string): readonly Json[] {
  return listIn(value, key).filter(isObject);
}

/** The texts in the list under a key. */
export function textsIn(value: Json, key: string): readonly string[] {
  return listIn(value, key).filter((item) => typeof item === 'string');
}

/** True for what Slack takes as true: `true`, `1`, `"true"`, `"1"`. */
export function isTrueIn(value: Json, key: string): boolean {
  return ['true', '1'].includes(String(value[key]));
}

/** Parses JSON text; undefined when it is none. */
export function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
