import { describe, expect, it } from 'vitest';
import type { EpisodeRow } from '../../../src/core/tripwire/wires.js';
import { aCall, anInference, MINUTE, theWires } from '../../support/action-records.js';

const NOW = Date.parse('2026-11-20T03:12:00Z');

/** An episode of spend that began ten minutes ago, and was told so loudly. */
function toldTenMinutesAgo(mode: EpisodeRow['mode']): EpisodeRow {
  const startedMinute = NOW / MINUTE - 10;
  return { rule: 'cost-rate', subject: '', startedMinute, lastMinute: startedMinute + 9, mode };
}

/** What is said of $30 in an hour under a cap of $20 that pages, while an episode is under way. */
function saidBeside(mode: EpisodeRow['mode']): string[] {
  const wires = theWires(
    { rules: { 'cost-cap': { mode: 'page', capUsd: 20 } } },
    { nowMs: NOW, episodes: [toldTenMinutesAgo(mode)] },
  );
  return wires.observe(anInference(30, { atMs: NOW }), NOW).map((finding) => finding.mode);
}

describe('an episode', () => {
  it('is told again in a louder mode: a page is not owed to people less because shadow knew before', () => {
    expect(saidBeside('shadow')).toEqual(['page']);
    expect(saidBeside('warn')).toEqual(['page']);
  });

  it('is told once where it was told as loudly, or nobody noted how', () => {
    expect(saidBeside('page')).toEqual([]);
    expect(saidBeside('halt')).toEqual([]);
    expect(saidBeside(null)).toEqual([]);
  });

  it('of an agent’s calls altogether is of no class, so that what is halted for it is what is too much', () => {
    const rules = { rules: { 'call-cap': { mode: 'halt' as const, capCalls: 3 } } };
    const wires = theWires(rules, { nowMs: NOW });
    const call = aCall('email.send', { atMs: NOW, actionClass: 'customer-communication' });

    const [finding] = Array.from({ length: 4 }, () => wires.observe(call, NOW)).flat();

    expect(finding).toMatchObject({ rule: 'call-cap', mode: 'halt', tool: null, actionClass: null });
  });

  it('of one tool’s calls has the class of the tool', () => {
    const tools = new Map([['email.send', { 'call-cap': { mode: 'halt' as const, capCalls: 3 } }]]);
    const wires = theWires({ agents: { 'billing-agent': { rules: {}, tools } } }, { nowMs: NOW });

    const told = Array.from({ length: 4 }, () => wires.observe(aCall('email.send', { atMs: NOW }), NOW));

    expect(told.flat()).toMatchObject([{ tool: 'email.send', actionClass: 'external-api-call' }]);
  });
});
