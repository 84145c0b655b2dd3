import { z } from 'zod';

/** Who did something: a person through a door, or a part of the system. */
export const Actor = z.object({
  kind: z.enum(['person', 'token', 'source', 'guard', 'system']),
  /** Slack user id, token id, source name, enforcement point id, or the name of the job. */
  id: z.string(),
  /** The roles held at that moment, as the permission table saw them. */
  roles: z.array(z.string()),
  via: z.enum(['slack', 'http', 'cli', 'schedule', 'process']),
});
export type Actor = z.infer<typeof Actor>;

/** The actor of everything Haltline does by itself; `job` names which part. */
export function systemActor(job: string): Actor {
  return { kind: 'system', id: job, roles: [], via: 'process' };
}
