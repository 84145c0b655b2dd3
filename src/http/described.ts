/** How one address is described; the rows are in `openapi-rows.ts` and `openapi-halting-rows.ts`. */
import { z } from 'zod';
import type { TokenScope } from '../store/types.js';

/** One thing that can be asked for. */
export interface Described {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/incidents/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Any of them is enough; none for what is open to all. */
  readonly scopes: readonly TokenScope[];
  /** JSON schema of the body. */
  readonly body?: object;
  readonly query?: z.ZodObject;
  /** Answer when all went well; 200 and JSON unless said otherwise. */
  readonly answers?: { readonly status?: number; readonly type?: string; readonly description?: string };
}

/** The JSON schema of a body as it is sent. */
export function input(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input' });
}
