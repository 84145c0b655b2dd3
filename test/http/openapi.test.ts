import { describe, expect, it } from 'vitest';
import { openHttpDesk } from '../support/http-desk.js';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { requestBody?: object; security?: object[] }>>;
}

describe('/openapi.json', () => {
  it('describes exactly the addresses that there are', async () => {
    const desk = await openHttpDesk();
    await desk.server.ready();

    const { paths } = (await desk.get('/openapi.json', null)).json<Document>();
    const described = Object.entries(paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .map((each) => each.replace(/(\/v1\/alerts\/).*/, '$1{source}'));

    expect(new Set(described)).toEqual(new Set(routesOf(desk.server.printRoutes({ commonPrefix: false }))));
  });

  it('publishes the schema of each alert format, here and by itself', async () => {
    const desk = await openHttpDesk();

    const schema = await desk.get('/v1/sources/generic/schema', null);
    const { paths } = (await desk.get('/openapi.json', null)).json<Document>();

    expect(schema.headers['content-type']).toContain('application/schema+json');
    expect(paths['/v1/alerts/generic']?.['post']?.requestBody).toEqual({
      content: { 'application/json': { schema: schema.json() } },
    });
  });
});

/** Fastify prints a tree; each line is the rest of an address and its methods. */
function routesOf(tree: string): string[] {
  const parts: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (match === null) return [];
    const [, indent = '', part = '', methods = ''] = match;
    parts.length = indent.length / 4;
    parts.push(part);
    const path = parts.join('').replace(/:(\w+)/g, '{$1}');
    return methods
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD' && method !== 'OPTIONS')
      .map((method) => `${method.toLowerCase()} ${path}`);
  });
}
