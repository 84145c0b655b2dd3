import { readConfig } from '../config.js';
import { createLog } from '../log.js';
import { checkUp } from '../check-up.js';
import type { CliCommand } from './define-cli-command.js';

export const doctor: CliCommand = {
  name: 'doctor',
  usage: 'doctor [--probe]',
  help: 'Checks environment, runbooks, database, Slack token, announcement channel, that three roles with members can halt everything, and the secrets of actuators; --probe asks each how its agent stands.',
  run: async ({ options }) => {
    const probe = options['probe'] === true;
    const findings = await checkUp(readConfig(), createLog('silent'), { probe });
    const lines = findings.map(({ ok, what }) => `${ok ? 'ok  ' : 'FAIL'}  ${what}`);
    return { lines, json: findings, exitCode: findings.every(({ ok }) => ok) ? 0 : 1 };
  },
};
