import { describe, expect, it } from 'vitest';
import { setStage } from '../support/stage.js';
describe.each(['socket', 'http'] as const)('x %s', (delivery) => {
  it('answers help', async () => {
    const stage = await setStage({ delivery });
    const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'help');
    console.log(answer);
    expect(answer.ephemeral?.text).toContain('/halt');
  });
});
