import { readConfig } from '../config.js';
import { createLog } from '../log.js';
import { checkUp } from '../check-up.js';
import type { CliCommand } from './define-cli-command.js';

export const doctor: CliCommand = {
  name: 'doctor',
  usage: 'doctor',
  help: 'Checks environment, runbooks, database, Slack token, announcement channel, and that three roles with members can halt everything.',
  run: async () => {
    const findings = await checkUp(readConfig(), createLog('silent'));
    const lines = findings.map(({ ok, what }) => `${ok ? 'ok  ' : 'FAIL'}  ${what}`);
    return { lines, json: findings, exitCode: findings.every(({ ok }) => ok) ? 0 : 1 };
  },
};
