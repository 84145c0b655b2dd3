/** Who holds which role, from memory: a halt never waits for Slack. Filled by `slack/directory.ts`, kept in the store. */
export interface Directory {
  /** Roles by roles.yml and user groups, and the agents this Slack user owns. */
  rolesOf(userId: string): { readonly roles: readonly string[]; readonly owns: readonly string[] };
  /** The users to reach for a role; for `agent-owner` those of this agent. Empty when nobody is known. */
  membersOf(role: string, agentId: string | null): readonly string[];
}
