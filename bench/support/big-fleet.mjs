/** Ten thousand declared agents, and a week of what they did, written as the engine writes it. */
import { loadRegistry } from '../../dist/src/registry/load-registry.js';
import { openDatabase } from '../../dist/src/telemetry/database/open-database.js';
import { contentKeys } from '../../dist/src/telemetry/content/content-keys.js';
import { openTables } from '../../dist/src/telemetry/engine/tables.js';

const MINUTE = 60_000;
const DAYS = 7;
/** Twelve hours a day, a call and its cost every five minutes. */
const ACTIVE_HOURS = 12;
const EVERY_MINUTES = 5;
const NANO_PER_CALL = 400_000;

export const agentName = (index) => `agent-${index}`;

/** The shipped runbooks, with so many agents like the first one. */
export function fleetRegistry(agents) {
  const shipped = loadRegistry('runbooks');
  const [like] = shipped.agents.values();
  const fleet = Array.from({ length: agents }, (_, index) => {
    const id = agentName(index);
    return [id, { ...like, id }];
  });
  return { ...shipped, agents: new Map(fleet) };
}

/** Writes the week before now for each agent; says how many minutes hold something. */
export function writeHistory(path, agents) {
  const tables = openTables(openDatabase(path), contentKeys([]));
  const rows = weekOfRows(Math.floor(Date.now() / MINUTE));
  const endpoints = [{ endpoint: 'stripe.refund', minute: Math.floor(Date.now() / MINUTE) - 60 }];
  for (let first = 0; first < agents; first += 500)
    tables.together(() => {
      for (let index = first; index < Math.min(agents, first + 500); index += 1) {
        tables.rollups.merge(agentName(index), rows);
        tables.endpoints.put(agentName(index), endpoints);
        tables.agents.seen(agentName(index), Date.now());
      }
    });
  tables.close();
  return rows.length;
}

function weekOfRows(now) {
  const rows = [];
  for (let minute = now - DAYS * 1440; minute < now - 60; minute += EVERY_MINUTES) {
    if (minute % 1440 >= ACTIVE_HOURS * 60) continue;
    rows.push({ series: 'spend', minute, value: NANO_PER_CALL }, { series: 'spans', minute, value: 1 });
  }
  return rows;
}
