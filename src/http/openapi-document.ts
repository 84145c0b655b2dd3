/** The description of this door in OpenAPI 3.1, from one row an address. A test compares it with the routes there are. */
import { z } from 'zod';
import type { HttpDeps } from './http-deps.js';
import type { Described } from './described.js';
import { DESCRIBED } from './openapi-rows.js';

/** All of it, with one address a source. */
export function openApiDocument({ sources, version }: HttpDeps): object {
  const alerts = [...sources.values()].map((source): Described => ({
    method: 'post',
    path: `/v1/alerts/${source.name}`,
    summary: `Alerts in the format ${source.name}. Answered after they are stored, with what became of each.`,
    scopes: ['alerts'],
    body: source.schema,
  }));
  return {
    openapi: '3.1.0',
    info: { title: 'Haltline', version, license: { name: 'Apache-2.0' } },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'Alerts, spans and logs take it as the password of HTTP Basic as well, with any user name.',
        },
      },
      schemas: { Problem: PROBLEM },
    },
    paths: pathsOf([...alerts, ...DESCRIBED]),
  };
}

function pathsOf(rows: readonly Described[]): Record<string, object> {
  const paths: Record<string, object> = {};
  for (const row of rows) paths[row.path] = { ...paths[row.path], [row.method]: described(row) };
  return paths;
}

function described({ path, summary, scopes, body, query, answers = {} }: Described): object {
  const { status = 200, type = 'application/json', description = 'Done.' } = answers;
  const content = status === 204 ? {} : { content: { [type]: {} } };
  const parameters = [...pathParameters(path), ...queryParameters(query)];
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(scopes.length === 0 ? {} : { security: scopes.map((scope) => ({ token: [scope] })) }),
    ...(body === undefined ? {} : { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: { [status]: { description, ...content }, default: FAILED },
  };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: z.toJSONSchema(z.object({ [name]: schema }), { io: 'input', unrepresentable: 'any' })
      .properties?.[name],
  }));
}

const FAILED = {
  description: 'Why not, and what to do next (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'reference'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    reference: { type: 'string', description: 'Also in the log of the server.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};
