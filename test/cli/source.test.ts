import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UsageError, type CliInput, type CliResult } from '../../src/cli/define-cli-command.js';
import { source } from '../../src/cli/source.js';
import { aFile } from '../support/a-file.js';
import { BOOTSTRAP, openHttpDesk } from '../support/http-desk.js';

const FIXTURES = 'test/fixtures/alerts';

async function run(
  words: readonly string[],
  { options = {}, url = 'http://127.0.0.1:1' }: { options?: CliInput['options']; url?: string } = {},
): Promise<CliResult & { text: string }> {
  const connection = { url, token: BOOTSTRAP };
  const result = await source.run({ words, options, connection, say: () => undefined });
  if (result === undefined) throw new Error('it printed nothing');
  return { ...result, text: result.lines.join('\n') };
}

describe('haltline source test', () => {
  it.each([
    ['alertmanager/firing', 'alertmanager'],
    ['grafana/firing', 'grafana'],
    ['datadog/triggered', 'datadog'],
    ['pagerduty/triggered', 'pagerduty'],
    ['cloudwatch/alarm', 'cloudwatch'],
    ['sentry/issue-alert', 'sentry'],
    ['cloudevents/structured', 'cloudevents'],
    ['standard-webhooks/firing', 'standard-webhooks'],
    ['generic/full', 'generic'],
  ])('knows whose %s is, and needs no server', async (file, name) => {
    const { text, exitCode } = await run(['test', `${FIXTURES}/${file}.json`]);

    expect(text).toContain(`Read as ${name}:`);
    expect(exitCode).toBe(0);
  });

  it('says what each alert would become', async () => {
    const { text, json } = await run(['test', `${FIXTURES}/sentry/issue-alert.json`]);

    expect(text).toContain('firing  ToolNotDeclared');
    expect(text).toContain('agent      support-agent\n');
    expect(text).toContain('tool       shell.exec   class none   tripwire authorisation');
    expect(text).toContain('opens one as sev1 and pages security-on-call, then on-call-sre');
    expect(json).toMatchObject({
      source: 'sentry',
      tried: [{ isKnown: true, alert: { tripwire: 'authorisation' } }],
    });
  });

  it('says that an agent is not in agents.yml, and that an alert would go no further', async () => {
    const generic = await run(['test', `${FIXTURES}/generic/least.json`]);
    const pagerduty = await run(['test', `${FIXTURES}/pagerduty/triggered.json`]);

    expect(generic.text).toMatch(/treated as the worst case|NOT in agents\.yml/);
    expect(pagerduty.text).toContain('takes only agents of agents.yml');
    expect(pagerduty.text).toContain('pagerduty says triggered at 2026-11-20T03:11:22.169Z');
  });

  it('says who has a page of ours, and that a source which is no pager is not heard', async () => {
    const told = { dedupKey: 'haltline:INC-7', by: { id: 'rota-42' } };
    const acknowledged = aFile('post.json', JSON.stringify({ type: 'page.acknowledged', data: told }));

    const { text } = await run(['test', acknowledged], { options: { source: 'standard-webhooks' } });

    expect(text).toContain('nothing that would be taken');
    expect(text).toContain('NOTE This source is no pager: write `pager: true`');
  });

  it.each([
    ['no JSON', '{', { source: 'generic' }, 'valid JSON'],
    ['a field of the wrong kind', '{"alerts":[{"id":1}]}', { source: 'generic' }, 'alerts.0.id'],
    ['a post of nobody', '{"hello":1}', {}, '--source NAME'],
    ['a source that is not there', '{}', { source: 'nagios' }, 'There is no source "nagios"'],
    [
      'a time that is none',
      '{"alerts":[{"id":"a","title":"a","startsAt":"2026-11-20T03:00:00Z","actionAt":"noon"}]}',
      { source: 'generic' },
      'actionAt is not an RFC 3339 time',
    ],
  ])('ends with 1 where something cannot be read: %s', async (_name, body, options, words) => {
    const { text, exitCode } = await run(['test', aFile('post.json', body)], { options });

    expect(exitCode).toBe(1);
    expect(text).toContain(words);
  });

  it('ends with 1 where there is no such file', async () => {
    const { text, exitCode } = await run(['test', 'no-such-file.json']);

    expect([exitCode, text]).toEqual([1, expect.stringContaining('cannot be read')]);
  });

  it('ends with 0 where something is only noted', async () => {
    const body = JSON.stringify({
      event: { id: '1', event_type: 'pagey.ping', occurred_at: '2026-11-20T03:00:00Z' },
    });

    const { text, exitCode } = await run(['test', aFile('post.json', body)]);

    expect([exitCode, text]).toEqual([0, expect.stringContaining('nothing that would be taken')]);
  });

  it('takes headers, for events that are written in them', async () => {
    const header = [
      'ce-specversion: 1.0',
      'ce-id: 1',
      'ce-source: /a',
      'ce-type: x.resolved',
      'ce-time: 2026-11-20T03:00:00Z',
    ];

    const { text } = await run(['test', aFile('post.json', '{}')], { options: { header } });

    expect(text).toContain('Read as cloudevents:\n  resolved  x.resolved');
    await expect(
      run(['test', aFile('post.json', '{}')], { options: { header: ['nonsense'] } }),
    ).rejects.toThrow(UsageError);
  });
});

it('pauses, lists and resumes over a running server', async () => {
  const desk = await openHttpDesk();
  await desk.server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(desk.server.server.address() as AddressInfo).port}`;

  const paused = await run(['pause', 'grafana'], { url, options: { reason: 'a deploy' } });
  const listed = await run(['list'], { url });
  const resumed = await run(['resume', 'grafana'], { url });

  expect(paused.text).toContain('grafana is paused');
  expect(listed.text).toMatch(/^grafana {2}\(grafana\) {2}PAUSED since .* by bootstrap: a deploy$/m);
  expect(listed.text).toMatch(/^sentry {2}\(sentry\) {2}running$/m);
  expect(resumed.text).toContain('0 stored posts are taken now');
});

it.each([[['pause', 'grafana']], [['mend', 'grafana']], [[]], [['test']]])(
  'answers %j with the usage',
  async (words) => {
    await expect(async () => run(words)).rejects.toThrow(UsageError);
  },
);
