import { z } from 'zod';
import {
  byVerb,
  requireArgument,
  textOption,
  textOptions,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call } from './http-client.js';

const Created = z.looseObject({ token: z.string(), id: z.string() });
const Listed = z.object({
  tokens: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      scopes: z.array(z.string()),
      roles: z.array(z.string()),
      person: z.string().nullable(),
      agentId: z.string().nullable(),
      revokedAt: z.string().nullable(),
    }),
  ),
});

export const token: CliCommand = {
  name: 'token',
  usage:
    'token create --name TEXT --scope SCOPE … [--role ROLE …] [--person U…] [--agent ID] | list | revoke ID',
  help: 'Makes, lists and revokes bearer tokens. Scopes: alerts activity guard gateway operate read.',
  run: byVerb({ create, list, revoke }),
};

async function create(input: CliInput): Promise<CliResult> {
  const scopes = textOptions(input, 'scope');
  if (scopes.length === 0) throw new UsageError('--scope is missing');
  const made = Created.parse(
    await call(input.connection, 'POST', '/v1/tokens', {
      name: textOption(input, 'name') ?? scopes.join('+'),
      scopes,
      roles: textOptions(input, 'role'),
      person: textOption(input, 'person') ?? null,
      agentId: textOption(input, 'agent') ?? null,
    }),
  );
  return { lines: [made.token, `Shown this once. Its id is ${made.id}.`], json: made };
}

async function list(input: CliInput): Promise<CliResult> {
  const answer = Listed.parse(await call(input.connection, 'GET', '/v1/tokens'));
  const lines = answer.tokens.map(lineOf);
  return { lines: lines.length === 0 ? ['No tokens.'] : lines, json: answer };
}

/** What a token can do is what people look for in the list: for whom it speaks, and in which roles. */
function lineOf(each: z.infer<typeof Listed>['tokens'][number]): string {
  const { id, name, scopes, roles, person, agentId, revokedAt } = each;
  const speaks = scopes.includes('guard') && agentId === null ? ['ANY agent'] : [];
  const about = [
    ...(roles.length === 0 ? [] : [`as ${roles.join(',')}`]),
    ...(person === null ? [] : [`for ${person}`]),
    ...(agentId === null ? speaks : [agentId]),
    ...(revokedAt === null ? [] : [`revoked ${revokedAt}`]),
  ];
  return [id, name, scopes.join(','), ...about].join('  ');
}

async function revoke(input: CliInput): Promise<CliResult> {
  const id = requireArgument(input, 1, 'the token id');
  const answer = await call(input.connection, 'DELETE', `/v1/tokens/${encodeURIComponent(id)}`);
  return { lines: [`${id} is revoked.`], json: answer };
}
