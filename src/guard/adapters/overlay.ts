/**
 * The same object in everything but what `members` replace. Methods keep the object's own `this`, so that what is private to
 * it stays reachable.
 */
export function overlay<T extends object>(target: T, members: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(_target, name) {
      if (typeof name === 'string' && Object.hasOwn(members, name)) return members[name];
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
    set: (_target, name, value) => Reflect.set(target, name, value),
  });
}
