import { describe, expect, it } from 'vitest';
import { askAnswer } from '../../blocks/halt-ask.js';

describe('whoever asked for a halt', () => {
  it('hears whom, and that nothing is halted until one of them taps', () => {
    expect(askAnswer(['U0SRE1', 'U0IC1']).text).toBe(
      'Asking <@U0SRE1> <@U0IC1>, who may halt this: each gets a direct message. *Nothing is halted* until one of them taps.',
    );
  });

  it('hears it at once where nobody is known who may', () => {
    expect(askAnswer([]).text).toMatch(
      /^:warning: Nobody is known who may halt this.*\*Nothing is halted\.\*/,
    );
  });
});
