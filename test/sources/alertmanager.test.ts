import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TripwireName } from '../../src/core/alert.js';
import { alertmanager } from '../../src/sources/alertmanager/index.js';
import type { ParsedAlerts } from '../../src/sources/types.js';

const NAMES: readonly (readonly [string, TripwireName])[] = [
  ['AgentSpendRate', 'cost-rate'],
  ['AgentReviewBypassed', 'outcome'],
];
const CONTEXT = { source: 'alertmanager', alertNames: new Map(NAMES), now: '2026-11-20T12:00:00.000Z' };

const parse = (body: unknown): ParsedAlerts => alertmanager.parse(body, {}, CONTEXT);
const fixture = (name: string): ParsedAlerts =>
  parse(JSON.parse(readFileSync(`test/fixtures/alerts/alertmanager/${name}.json`, 'utf8')));
const withAlert = (change: object): ParsedAlerts =>
  parse({ version: '4', alerts: [{ status: 'firing', startsAt: '2026-11-20T10:00:00Z', ...change }] });

describe('an alert of Alertmanager', () => {
  it('fills the chain from startsAt and the two annotations, in UTC', () => {
    const [alert] = fixture('firing').alerts;

    expect(alert).toMatchObject({
      dedupKey: 'alertmanager:6a1f0f2c3b4d5e6f:2026-11-20T10:00:00.123Z',
      startsAt: '2026-11-20T10:00:00.123Z',
      actionAt: '2026-11-20T09:41:07.000Z',
      signalAt: '2026-11-20T09:52:30.500Z',
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      actionClass: 'external-api-call',
      tripwire: 'cost-rate',
      title: 'billing-agent spends four times its median',
    });
  });

  it('leaves a time that it cannot read unknown and says so, without repeating it', () => {
    const { alerts, notes } = fixture('mixed-group');

    expect(alerts[1]?.actionAt).toBeNull();
    expect(notes.map(({ note }) => note)).toEqual([
      'annotations.action_at is not an RFC 3339 time: read as unknown.',
      'generatorURL is not an http or https address: left out.',
    ]);
  });

  it('is a new episode when it fires again later', () => {
    const first = withAlert({ fingerprint: 'f' }).alerts[0];
    const second = withAlert({ fingerprint: 'f', startsAt: '2026-11-20T11:00:00Z' }).alerts[0];

    expect(first?.dedupKey).not.toBe(second?.dedupKey);
  });

  it('is known by its labels where the sender leaves the fingerprint out', () => {
    const one = withAlert({ labels: { a: '1', b: '2' } }).alerts[0];
    const same = withAlert({ labels: { b: '2', a: '1' }, fingerprint: '' }).alerts[0];
    const other = withAlert({ labels: { a: '1', b: '3' } }).alerts[0];

    expect(same?.dedupKey).toBe(one?.dedupKey);
    expect(other?.dedupKey).not.toBe(one?.dedupKey);
  });

  it('believes its tripwire label before the name of the rule, and `class` like `action_class`', () => {
    const labels = { alertname: 'AgentSpendRate', tripwire: 'silence', class: 'database-write' };

    const [alert] = withAlert({ labels }).alerts;

    expect(alert).toMatchObject({ tripwire: 'silence', actionClass: 'database-write' });
  });

  it('falls back to the name of the rule for a tripwire that does not exist', () => {
    const { alerts, notes } = fixture('hostile');

    expect(alerts[0]?.tripwire).toBe('outcome');
    expect(notes[0]?.note).toContain('labels.tripwire is none of cost-rate');
  });

  it('keeps hostile text as it came: escaping is for whoever shows it', () => {
    const [alert] = fixture('hostile').alerts;

    expect(alert?.title).toContain('<!channel> <@U0SRE1> <https://evil.example|your bank> `code`');
    expect(alert?.agentId).toBe('<!channel> ../../Ünïcode ✉ agent');
  });

  it('tells how many alerts the sender left out', () => {
    expect(fixture('mixed-group').truncated).toBe(3);
  });

  it('sends the webhook of Grafana to where it can be read', () => {
    expect(() => parse({ version: '1', orgId: 1, alerts: [] })).toThrow(/\/v1\/alerts\/grafana/);
  });

  it('refuses a zero startsAt, for the trigger would be a guess', () => {
    expect(() => withAlert({ startsAt: '0001-01-01T00:00:00Z' })).toThrow(/began to fire/);
  });
});
