/** A real nginx on loopback, with the configuration that ships or with one of the test. */
import { spawn, spawnSync } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from './halting.js';
import { listening } from './listening.js';
import { freePort } from './processes.js';

/** Where the binary is; undefined on a machine without it. */
export function findProgram(name: string): string | undefined {
  const places = [name, `/usr/sbin/${name}`, `/usr/bin/${name}`];
  return places.find((place) => spawnSync(place, ['-v'], { stdio: 'ignore' }).error === undefined);
}

export interface Behind {
  readonly port: number;
  /** Everything that came through. */
  readonly seen: IncomingMessage[];
}

/** What agents call: says yes to everything. */
export async function aServerBehind(): Promise<Behind> {
  const seen: IncomingMessage[] = [];
  const url = await listening((request, response) => {
    seen.push(request);
    request.resume();
    response.end('done');
  });
  return { port: Number(new URL(url).port), seen };
}

export interface Shipped {
  readonly haltline: string;
  readonly behind: number;
  readonly token: string;
  /** Changes the text before it is used. */
  readonly change?: (text: string) => string;
}

/** Starts nginx with `clients/gateways/nginx.conf`, its three addresses replaced. */
export async function startShippedNginx({ haltline, behind, token, change }: Shipped): Promise<string> {
  const port = await freePort();
  const text = readFileSync('clients/gateways/nginx.conf', 'utf8')
    .replace('127.0.0.1:8787', new URL(haltline).host)
    .replace('127.0.0.1:9000', `127.0.0.1:${behind}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`);
  return startNginx({ text: change?.(text) ?? text, port, token });
}

/** Starts nginx with this configuration and waits until it answers; ended with the test. */
export async function startNginx({
  text,
  port,
  token = 'none',
}: {
  text: string;
  port: number;
  token?: string;
}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-nginx-'));
  // Where Debian's nginx keeps these, only root may write.
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(' ');
  const config = text.replace('http {', `http { access_log off; ${places}`);
  writeFileSync(join(folder, 'nginx.conf'), config);
  writeFileSync(join(folder, 'haltline-token.conf'), `set $haltline_token "${token}";`);
  // Its workers would otherwise be somebody who may not write into the folder.
  const user = process.getuid?.() === 0 ? 'user root; ' : '';
  const globals = `${user}daemon off; pid ${join(folder, 'nginx.pid')}; error_log stderr warn;`;
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', globals];
  const child = spawn(findProgram('nginx') ?? 'nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  onTestFinished(async () => {
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(`nginx did not start: ${said}`);
      return fetch(url).then(
        () => true,
        () => false,
      );
    },
    (answers) => answers,
    10_000,
  );
  return url;
}
