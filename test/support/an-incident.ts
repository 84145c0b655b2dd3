import { aPayload } from '../../src/sandbox/demo/alert.js';
import type { Stage } from './stage.js';

/** Opens INC-1 for the billing agent by an alert, and waits until its card stands. Returns its channel. */
export async function anIncident(stage: Stage): Promise<{ channel: string }> {
  await stage.ask('/v1/alerts/alertmanager', { body: aPayload(new Date()) });
  const { id } = await stage.until(
    async () => (await stage.workspace.channels()).find(({ name }) => name.startsWith('inc-1-')),
    'the channel of the incident',
  );
  await stage.messageWithButton(id, 'harm:confirm');
  return { channel: id };
}
