import { describe, expect, it } from 'vitest';
import { answerSentence, answerWarnings, type AnsweredOrder } from '../../src/core/order-answer.js';

const ORDER: AnsweredOrder = {
  haltId: 'H-1',
  scope: { kind: 'tool', tool: 'crypto.transfer' },
  mode: 'deny',
  expected: 1,
  uncovered: [],
  recorded: true,
  existed: false,
  drill: false,
  breakGlass: false,
  unlisted: { kind: 'tool', name: 'crypto.transfer', nearest: null },
  beside: [],
};

describe('an order on a tool that no inventory holds', () => {
  it.each([
    ['deny', 'whoever uses it is refused all the same.'],
    ['hold', 'whoever uses it is held all the same.'],
    ['degraded', 'whoever uses it is refused, but for reads, all the same.'],
  ] as const)('in mode %s says what becomes of whoever uses it', (mode, words) => {
    expect(answerWarnings({ ...ORDER, mode })).toEqual([
      `No agent declares a tool called crypto.transfer: ${words}`,
    ]);
  });

  it('says of a rehearsal nothing that sounds like a refusal', () => {
    expect(answerWarnings({ ...ORDER, drill: true })[0]).not.toMatch(/refused|held/);
  });
});

describe('the first answer to a rehearsal', () => {
  it.each([true, false])('says that it is one, also where it is under way already: %s', (existed) => {
    expect(answerSentence({ ...ORDER, drill: true, existed })).toMatch(/^REHEARSAL /);
  });

  it('claims no effect of its mode', () => {
    expect(answerSentence({ ...ORDER, drill: true, mode: 'hold' })).not.toContain('attempts wait');
  });

  it('sends nobody to stop an agent by other means', () => {
    const [warning] = answerWarnings({ ...ORDER, drill: true, uncovered: ['legacy-agent'] });

    expect(warning).toContain('In earnest, nothing would be proven of them');
  });
});
