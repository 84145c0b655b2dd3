/** Debian's Prometheus and Alertmanager on loopback, with the files that ship; only addresses and intervals differ. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from './halting.js';
import { freePort } from './processes.js';

export const FOLDER = 'runbooks/prometheus';
export const RULES = 'agent-tripwires.rules.yml';

/** Debian calls it by the longer name, its makers by the shorter. */
const NAMES = {
  promtool: ['promtool'],
  prometheus: ['prometheus'],
  alertmanager: ['prometheus-alertmanager', 'alertmanager'],
};

/** Where the program is; undefined on a machine without it. */
export function findProgram(program: keyof typeof NAMES): string | undefined {
  return NAMES[program].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs promtool to its end. */
export async function promtool(...args: string[]): Promise<Ended> {
  // A sixth of its time would go into clearing away memory that there is plenty of.
  const env = { ...process.env, GOGC: '400' };
  const child = spawn(findProgram('promtool') ?? 'promtool', args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  return { code, said };
}

/** A folder with the files that ship, each changed as the test wants; gone when the test is over. */
export function shippedFolder(changes: Readonly<Record<string, (text: string) => string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(FOLDER, folder, { recursive: true });
  for (const [file, change] of Object.entries(changes)) {
    const path = join(folder, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }
  return folder;
}

export interface Scraping {
  readonly haltline: string;
  readonly alertmanager: string;
}

/** Starts Prometheus with the configuration that ships, scraping and evaluating every second. Resolves with its address. */
export async function startShippedPrometheus({ haltline, alertmanager }: Scraping): Promise<string> {
  const folder = shippedFolder({
    'prometheus.yml': (text) =>
      text
        .replace('127.0.0.1:8787', new URL(haltline).host)
        .replace('127.0.0.1:9093', new URL(alertmanager).host)
        .replace('scrape_interval: 15s', 'scrape_interval: 1s')
        .replace('evaluation_interval: 1m', 'evaluation_interval: 1s'),
  });
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return start({ program: 'prometheus', args, port });
}

export interface Posting {
  readonly haltline: string;
  readonly token: string;
  /** By HTTP Basic, with the token as the password. */
  readonly byPassword?: boolean;
}

const BEARER = /authorization:\s+type: Bearer\s+credentials_file: haltline-token/;
const PASSWORD = 'basic_auth: { username: alertmanager, password_file: haltline-token }';

/** Starts Alertmanager with the configuration that ships, hardly waiting. Resolves with its address. */
export async function startShippedAlertmanager({
  haltline,
  token,
  byPassword = false,
}: Posting): Promise<string> {
  const folder = shippedFolder({
    'alertmanager.yml': (text) =>
      text
        .replace('127.0.0.1:8787', new URL(haltline).host)
        .replace(BEARER, byPassword ? PASSWORD : '$&')
        .replace('group_wait: 5s', 'group_wait: 0s')
        .replace('group_interval: 1m', 'group_interval: 1s'),
  });
  writeFileSync(join(folder, 'haltline-token'), token);
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  return start({ program: 'alertmanager', args, port });
}

interface Program {
  readonly program: keyof typeof NAMES;
  readonly args: readonly string[];
  readonly port: number;
}

/** Waits until it says that it is ready; ended with the test. */
async function start({ program, args, port }: Program): Promise<string> {
  const child = spawn(findProgram(program) ?? program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  onTestFinished(async () => {
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  const look = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`${program} did not start: ${said.slice(-3_000)}`);
    return fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await eventually(look, (ready) => ready, 20_000);
  return url;
}
