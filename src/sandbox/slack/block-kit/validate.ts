/** Holds JSON against the rules and says where it breaks them. */
import { isObject, type Json } from '../json.js';
import type { Rule, Shape } from './rules.js';

export interface Problem {
  readonly message: string;
  /** Where, as a JSON pointer. */
  readonly pointer: string;
}

/** Every way in which an object differs from its shape. `type` and `also` are allowed besides its own fields. */
export function checkShape(
  value: Json,
  shape: Shape,
  pointer: string,
  also: readonly string[] = [],
): readonly Problem[] {
  const known = [...Object.keys(shape.fields), ...also];
  const strays = shape.isOpen ? [] : Object.keys(value).filter((key) => !known.includes(key));
  const missing = (shape.required ?? []).filter((key) => value[key] === undefined);
  const alternatives = shape.oneOf ?? [];
  const lacksAll = alternatives.length > 0 && alternatives.every((key) => value[key] === undefined);
  return [
    ...strays.map((key) => problem(`invalid additional property: ${key}`, pointer)),
    ...missing.map((key) => problem(`missing required field: ${key}`, pointer)),
    ...(lacksAll ? [problem(`must have one of: ${alternatives.join(', ')}`, pointer)] : []),
    ...Object.entries(shape.fields).flatMap(([key, rule]) =>
      value[key] === undefined ? [] : check(value[key], rule, `${pointer}/${key}`),
    ),
  ];
}

/** Every way in which a value breaks a rule. */
export function check(value: unknown, rule: Rule, pointer: string): readonly Problem[] {
  switch (rule.kind) {
    case 'string':
      return typeof value === 'string'
        ? checkLength(value, rule, pointer)
        : [problem('must be a string', pointer)];
    case 'text':
      return checkText(value, rule, pointer);
    case 'list':
      return checkList(value, rule, pointer);
    case 'shape':
      return isObject(value)
        ? checkShape(value, rule.shape(), pointer)
        : [problem('must be an object', pointer)];
    case 'typed':
      return checkTyped(value, rule, pointer);
    case 'text-or-typed':
      return check(value, isText(value) ? rule.text : rule.typed, pointer);
    case 'one-of':
      return rule.values.includes(String(value))
        ? []
        : [problem(`must be one of: ${rule.values.join(', ')}`, pointer)];
    case 'number':
      return typeof value === 'number' && value >= rule.min && value <= rule.max
        ? []
        : [problem(`must be a number from ${rule.min} to ${rule.max}`, pointer)];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [problem('must be a boolean', pointer)];
    case 'anything':
      return [];
  }
}

function isText(value: unknown): boolean {
  return isObject(value) && (value['type'] === 'plain_text' || value['type'] === 'mrkdwn');
}

/** Slack counts characters as people do: an emoji is one. */
function checkLength(
  value: string,
  { min, max }: { min: number; max: number },
  pointer: string,
): readonly Problem[] {
  const length = Array.from(value).length;
  if (length > max) return [problem(`must be less than ${max + 1} characters`, pointer)];
  return length < min ? [problem(`must be more than ${min - 1} characters`, pointer)] : [];
}

function checkText(
  value: unknown,
  { types, max }: Rule & { kind: 'text' },
  pointer: string,
): readonly Problem[] {
  if (!isObject(value) || !types.includes(String(value['type']))) {
    return [problem(`must be a ${types.join(' or ')} object`, pointer)];
  }
  const flag = value['type'] === 'mrkdwn' ? 'verbatim' : 'emoji';
  const shape: Shape = {
    fields: { text: { kind: 'string', min: 1, max }, [flag]: { kind: 'boolean' } },
    required: ['text'],
  };
  return checkShape(value, shape, pointer, ['type']);
}

function checkList(
  value: unknown,
  { of, min, max }: Rule & { kind: 'list' },
  pointer: string,
): readonly Problem[] {
  if (!Array.isArray(value)) return [problem('must be an array', pointer)];
  if (value.length > max) return [problem(`no more than ${max} items allowed`, pointer)];
  if (value.length < min) return [problem(`no less than ${min} items allowed`, pointer)];
  return value.flatMap((item: unknown, index) => check(item, of, `${pointer}/${index}`));
}

function checkTyped(
  value: unknown,
  { types, shapes }: Rule & { kind: 'typed' },
  pointer: string,
): readonly Problem[] {
  if (!isObject(value)) return [problem('must be an object', pointer)];
  const type = String(value['type']);
  const shape = shapes()[type];
  if (shape === undefined || !types.includes(type))
    return [problem(`unsupported type: ${type}`, `${pointer}/type`)];
  return checkShape(value, shape, pointer, ['type']);
}

/** One broken rule. */
export function problem(message: string, pointer: string): Problem {
  return { message, pointer };
}
