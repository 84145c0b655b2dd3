import { readConfig } from '../config.js';
import type { CliCommand } from './define-cli-command.js';

export const doctor: CliCommand = {
  name: 'doctor',
  usage: 'doctor [--probe]',
  help: 'Checks environment, runbooks, database, Slack token, announcement channel, that three roles with members can halt everything, and the secrets of actuators, and how pagers answered last; --probe asks each actuator how its agent stands and each pager whether it answers, waking nobody.',
  run: async ({ options }) => {
    const [{ checkUp }, { createLog }] = await Promise.all([import('../check-up.js'), import('../log.js')]);
    const probe = options['probe'] === true;
    const findings = await checkUp(readConfig(), createLog('silent'), { probe });
    const lines = findings.map(({ ok, what }) => `${ok ? 'ok  ' : 'FAIL'}  ${what}`);
    return { lines, json: findings, exitCode: findings.every(({ ok }) => ok) ? 0 : 1 };
  },
};
