import { databasePathFromEnvironment } from '../config.js';
import { textOption, type CliInput } from './define-cli-command.js';

/** `--database PATH`, else HALTLINE_DATABASE_URL; Slack's variables are not needed for it. */
export function databasePathOf(input: CliInput): string {
  return textOption(input, 'database') ?? databasePathFromEnvironment();
}
