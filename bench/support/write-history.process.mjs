/** Writes a week of so many agents into a telemetry database: `node … PATH AGENTS`. A process of its own, for its memory is not what is measured. */
import { writeHistory } from './big-fleet.mjs';

const [path, agents] = process.argv.slice(2);
process.stdout.write(String(writeHistory(path, Number(agents))));
