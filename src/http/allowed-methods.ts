/** The routes there are, as Fastify was told them. */
export type RouteList = { readonly methods: readonly string[]; readonly url: string }[];

/** The methods that an address answers to: empty for an unknown one. Tells a wrong method from a wrong address. */
export function allowedMethods(routes: RouteList, url: string): string[] {
  const path = url.split('?')[0] ?? '';
  const matching = routes.filter((route) => matches(route.url, path));
  return [...new Set(matching.flatMap(({ methods }) => methods))].toSorted();
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || (part.startsWith(':') && given[index] !== ''))
  );
}
