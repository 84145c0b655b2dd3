import type { Command } from './define-command.js';
import { drill } from './drill.js';
import { halt } from './halt.js';
import { incident } from './incident.js';

/** Every slash command; the manifest, `help` and the README are held against this list. */
export const COMMANDS: readonly Command[] = [halt, incident, drill];
