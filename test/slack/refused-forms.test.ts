/** A form that is refused says why, all of it: Slack shows a line or two under an input. */
import { describe, expect, it } from 'vitest';
import { anIncident } from '../support/an-incident.js';
import { setStage } from '../support/stage.js';

describe('a refusal that is too long for a form', () => {
  it('is marked as cut there, and told whole beside it', async () => {
    const stage = await setStage();
    const { channel } = await anIncident(stage);
    const commander = stage.workspace.person('U0IC1');
    await commander.press(await stage.messageWithButton(channel, 'page:acknowledge'), 'page:acknowledge');
    await commander.slash('/halt', 'all', { channel });
    await commander.press(await stage.messageWithButton(channel, 'incident:close'), 'incident:close');

    const { errors } = await commander.submit({});

    expect(errors?.['why']).toMatch(/^INC-1 cannot be closed yet.*…$/s);
    const told = await stage.told('U0IC1', 'It is decided what becomes of H-1');
    expect(told).toContain('A rollback checklist was worked through');
  });
});
