import { z } from 'zod';

/** Who did something: a person through a door, or a part of the system. */
export const Actor = z.object({
  kind: z.enum(['person', 'token', 'source', 'guard', 'system']),
  /** Slack user id, token id, source name, enforcement point id, or the name of the job. */
  id: z.string(),
  /** The roles held at that moment, as the permission table saw them. */
  roles: z.array(z.string()),
  via: z.enum(['slack', 'http', 'cli', 'schedule', 'process']),
  /** The Slack user that a token stands for; left out where it stands for nobody, and where the actor is the person. */
  person: z.string().optional(),
  /** The one agent that a token is bound to. */
  boundTo: z.string().optional(),
});
export type Actor = z.infer<typeof Actor>;

/** Who it was, for whoever reads it later: a person is the same person through every door. */
export function doneBy({ person, id }: Actor): string {
  return person ?? id;
}

/** The actor of everything Haltline does by itself; `job` names which part. */
export function systemActor(job: string): Actor {
  return { kind: 'system', id: job, roles: [], via: 'process' };
}
