import { describe, expect, it } from 'vitest';
import { foldIncident } from '../../src/core/fold-incident.js';
import { history, minute, opening } from '../support/history.js';

const ORDERED = {
  type: 'page:ordered' as const,
  data: { pageId: 'p1', role: 'agent-owner', users: ['U0OWNER1'], attempt: 1 },
};
const SENT = {
  type: 'page:sent' as const,
  data: { pageId: 'p1', userId: 'U0OWNER1', at: minute(2) },
};
const ACKNOWLEDGED = {
  type: 'page:acknowledged' as const,
  data: { userId: 'U0SRE1', at: minute(3) },
};
const CHECKLIST = {
  type: 'checklist:opened' as const,
  data: { actionClass: 'database-write', operator: 'dba', registryHash: 'h', budgetsFrom: null },
};
const BY_HAND = {
  type: 'status:changed' as const,
  data: { from: 'open' as const, to: 'contained' as const },
  private: null,
};

describe('an incident read from its journal', () => {
  it('is nothing without its opening', () => {
    expect(foldIncident(history(ORDERED))).toBeUndefined();
  });

  it('begins its chain where the harm surfaced when a person declared it', () => {
    const declared = { surfaced: 'complaint' as const, surfacedAt: minute(-240) };

    const incident = foldIncident(history(opening({ tripwire: null, declared })));

    expect(incident?.chain.action).toEqual({
      at: minute(-240),
      recordedBy: 'U0SRE1',
      source: 'surfaced by complaint',
    });
  });

  it('completes the chain with the first press, and keeps that one', () => {
    const later = { ...ACKNOWLEDGED, data: { userId: 'U0SRE2', at: minute(9) } };

    const incident = foldIncident(history(opening(), ORDERED, SENT, ACKNOWLEDGED, later));

    expect(incident?.chain.acknowledgement?.at).toBe(minute(3));
    expect(incident?.status).toBe('acknowledged');
  });

  it('tells the same chain when the press was recorded before the page was known to be sent', () => {
    const inOrder = foldIncident(history(opening(), ORDERED, SENT, ACKNOWLEDGED));
    const pressedFirst = foldIncident(history(opening(), ORDERED, ACKNOWLEDGED, SENT));

    expect(pressedFirst?.chain).toEqual(inOrder?.chain);
    expect(pressedFirst?.status).toEqual(inOrder?.status);
  });

  it('does not go back to acknowledged when somebody presses after the containment', () => {
    const incident = foldIncident(history(opening(), BY_HAND, ACKNOWLEDGED));

    expect(incident?.status).toBe('contained');
  });

  it('starts the budgets when a responder declares containment by hand', () => {
    const incident = foldIncident(history(opening(), CHECKLIST, BY_HAND));

    expect(incident?.containedAt).toBe(minute(2));
    expect(incident?.checklists[0]?.budgetsFrom).toBe(minute(2));
  });

  it('is not contained after all when somebody sets it back to acknowledged', () => {
    const back = {
      type: 'status:changed' as const,
      data: { from: 'contained' as const, to: 'acknowledged' as const },
      private: null,
    };

    const incident = foldIncident(history(opening(), BY_HAND, back));

    expect(incident?.containedAt).toBeNull();
  });

  it('does not move budgets that run already', () => {
    const reached = {
      type: 'containment:reached' as const,
      data: {
        haltId: 'H-1',
        at: minute(-1),
        clockStartedAt: minute(-1),
        seconds: 1,
        withinTarget: true,
      },
    };

    const incident = foldIncident(history(opening(), CHECKLIST, reached, BY_HAND));

    expect(incident?.containedAt).toBe(minute(-1));
    expect(incident?.checklists[0]?.budgetsFrom).toBe(minute(-1));
  });

  it('takes the first confirmation of harm for the clock', () => {
    const confirm = (at: string) => ({ type: 'harm:confirmed' as const, data: { by: 'U0SRE1', at } });

    const incident = foldIncident(history(opening(), confirm(minute(1)), confirm(minute(5))));

    expect(incident?.harmConfirmedAt).toBe(minute(1));
  });

  it('is closed for good, and still takes down what came to light later', () => {
    const note = {
      type: 'note:added' as const,
      data: {
        by: 'U0SRE1',
        originalAt: minute(1),
        permalink: null,
        ts: null,
        how: 'command' as const,
      },
      private: { text: 'the ledger shows one more refund' },
    };
    const closed = { type: 'incident:closed' as const, data: { by: 'U0IC1', at: minute(1) }, private: null };

    const incident = foldIncident(history(opening(), closed, note, ACKNOWLEDGED));

    expect(incident?.status).toBe('closed');
    expect(incident?.notes.map(({ text }) => text)).toEqual(['the ledger shows one more refund']);
  });

  it('shows what was erased as erased', () => {
    const erased = { ...opening(), private: null };

    expect(foldIncident(history(erased))?.title).toBe('(erased)');
  });
});
