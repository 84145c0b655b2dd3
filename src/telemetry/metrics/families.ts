/**
 * The metric contract that `runbooks/prometheus/` is written against: these names, these labels. Counters only grow, for a
 * counter that falls is taken for one that began again: what a late enclosing span gives to another agent is counted
 * for that one, and stays counted for the first. Records, rollups and wires move.
 */

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** In the order in which values are given; `tenant` stands before them all. */
  readonly labels: readonly string[];
}

/** There is one for now; the rules group by it. */
export const TENANT = 'default';

export const SPEND = 'agent_spend_usd_total';
export const API_CALLS = 'agent_api_calls_total';
export const TOOL_CALLS = 'agent_tool_calls_total';
export const TOOL_DECLARED = 'agent_tool_declared';
export const ARTIFACTS = 'agent_customer_artifacts_total';
export const REVIEW_DURATION = 'agent_review_duration_seconds';

/** Ours alone: who exports its own series is never learning. */
export const LEARNING_UNTIL = 'haltline_agent_learning_until_timestamp_seconds';

export const FAMILIES: readonly Family[] = [
  { name: SPEND, help: 'US dollars that inferences cost.', type: 'counter', labels: ['agent'] },
  {
    name: API_CALLS,
    help: 'Things done, by endpoint template.',
    type: 'counter',
    labels: ['agent', 'endpoint'],
  },
  { name: TOOL_CALLS, help: 'Things done, by tool.', type: 'counter', labels: ['agent', 'tool'] },
  {
    name: TOOL_DECLARED,
    help: '1 for a tool that agents.yml declares.',
    type: 'gauge',
    labels: ['agent', 'tool'],
  },
  {
    name: ARTIFACTS,
    help: 'Artifacts that customers see, by how they were reviewed.',
    type: 'counter',
    labels: ['agent', 'review'],
  },
  {
    name: REVIEW_DURATION,
    help: 'Seconds from showing an artifact to its reviewer to the decision.',
    type: 'histogram',
    labels: ['agent'],
  },
];

/** Upper bounds in seconds; 30 is the threshold of the rule AgentReviewTooFast. */
export const REVIEW_BUCKETS: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** What stands for all values that a bounded label has no room for. */
export const OTHER = '_other';
