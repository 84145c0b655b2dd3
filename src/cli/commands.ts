import type { CliCommand } from './define-cli-command.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { drill } from './drill.js';
import { halt } from './halt.js';
import { incident } from './incident.js';
import { lift } from './lift.js';
import { migrate } from './migrate.js';
import { quarantine } from './quarantine.js';
import { replay } from './replay.js';
import { source } from './source.js';
import { start } from './start.js';
import { status } from './status.js';
import { token } from './token.js';
import { verify } from './verify.js';

/** Every command; `haltline help` and the README are read from this list. */
export const COMMANDS: readonly CliCommand[] = [
  start,
  demo,
  doctor,
  halt,
  lift,
  quarantine,
  status,
  incident,
  drill,
  replay,
  source,
  token,
  verify,
  migrate,
];
