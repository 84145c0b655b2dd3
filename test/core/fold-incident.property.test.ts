import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINKS } from '../../src/core/detection-chain.js';
import { foldIncident } from '../../src/core/fold-incident.js';
import type { IncidentEvent } from '../../src/core/incident-events.js';
import { fact, history, minute, opening, supplied } from '../support/history.js';

const facts = fc.array(fact, { maxLength: 12 });

function chainOf(events: readonly IncidentEvent[]) {
  return foldIncident(history(opening(), ...events))?.chain;
}

describe('whatever happened, in whatever order', () => {
  it('reads the same journal as the same incident', () => {
    fc.assert(
      fc.property(facts, (events) => {
        const recorded = history(opening(), ...events);

        expect(foldIncident(recorded)).toEqual(foldIncident(structuredClone(recorded)));
      }),
    );
  });

  it('changes nothing of the journal while reading it', () => {
    fc.assert(
      fc.property(facts, (events) => {
        const recorded = history(opening(), ...events);
        const before = structuredClone(recorded);

        foldIncident(recorded);

        expect(recorded).toEqual(before);
      }),
    );
  });

  it('never changes a link that is known', () => {
    fc.assert(
      fc.property(facts, fact, (events, next) => {
        const before = chainOf(events);
        const after = chainOf([...events, next]);

        const known = LINKS.filter((link) => before?.[link] !== null);
        expect(known.map((link) => after?.[link])).toEqual(known.map((link) => before?.[link]));
      }),
    );
  });

  it('lets a scribe with a source change the one link that was supplied, and no other', () => {
    fc.assert(
      fc.property(facts, supplied, (events, correction) => {
        fc.pre(correction.type === 'link:supplied');
        const before = chainOf(events);
        const after = chainOf([...events, correction]);

        const { link, at } = correction.data;
        expect(after).toEqual({ ...before, [link]: { at, recordedBy: 'U0SRE1', source: 'ledger export' } });
      }),
    );
  });

  it('keeps a supplied link whatever machines say afterwards', () => {
    fc.assert(
      fc.property(supplied, facts, (correction, events) => {
        fc.pre(correction.type === 'link:supplied');

        expect(chainOf([correction, ...events])?.[correction.data.link]?.at).toBe(correction.data.at);
      }),
    );
  });

  it('ends in the same chain however presses and the news of sent pages are mixed up', () => {
    const press = { type: 'page:acknowledged' as const, data: { userId: 'U0SRE1', at: minute(3) } };
    const harm = { type: 'harm:confirmed' as const, data: { by: 'U0SRE1', at: minute(4) } };
    const sent = { type: 'page:sent' as const, data: { pageId: 'p1', userId: 'U0OWNER1', at: minute(2) } };
    const role = {
      type: 'role:assigned' as const,
      data: { role: 'scribe', userId: 'U0SRE1', claimed: true },
    };
    const ordered = {
      type: 'page:ordered' as const,
      data: { pageId: 'p1', role: 'agent-owner', users: ['U0OWNER1'], attempt: 1 },
    };
    const inOrder = foldIncident(history(opening(), ordered, sent, press, harm, role));
    const presses = fc.shuffledSubarray([sent, press, harm, role], { minLength: 4 });

    fc.assert(
      fc.property(presses, (mixed) => {
        expect(withoutClock(foldIncident(history(opening(), ordered, ...mixed)))).toEqual(
          withoutClock(inOrder),
        );
      }),
    );
  });
});

/** Builders date what is recorded by its place in the list; that alone may differ. */
function withoutClock(incident: ReturnType<typeof foldIncident>) {
  return incident && { ...incident, pages: incident.pages.map(({ sentTo }) => sentTo) };
}
