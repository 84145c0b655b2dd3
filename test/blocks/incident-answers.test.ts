/** What people are told at once: never more than has been done. */
import { describe, expect, it } from 'vitest';
import {
  acknowledgedAnswer,
  checklistAnswer,
  closedAnswer,
  drillAnswer,
  harmAnswer,
  roleAnswer,
  statusAnswer,
} from '../../blocks/incident-answers.js';
import { announcement } from '../../blocks/announcement.js';
import { pageMention } from '../../blocks/page-mention.js';
import { refusal } from '../../blocks/refusal.js';
import { minute } from '../support/history.js';
import { textOf } from '../support/reading-blocks.js';
import { anIncident } from '../support/slack-states.js';

const LATER = { first: false, by: 'U0SRE2', at: minute(-30) };

describe('the answer to a press', () => {
  it('names who was first, and when that was, in the reader’s own time', () => {
    expect(acknowledgedAnswer({ incident: 'INC-7', ...LATER }).text).toMatch(
      /^<@U0SRE2> acknowledged \*INC-7\* already, <!date\^/,
    );
    expect(acknowledgedAnswer({ incident: 'INC-7', ...LATER, by: 'PABC123' }).text).not.toContain('<@');
  });

  it('does not let a second press on confirmed harm believe that the clock starts now', () => {
    expect(harmAnswer('INC-7', LATER).text).toMatch(/^<@U0SRE2> confirmed harm on \*INC-7\* already/);
  });

  it('says of what is on its way that it is, and of what was there that it was', () => {
    const role = { incident: 'INC-7', role: 'scribe', userId: 'U0SRE1' };
    const list = { incident: 'INC-7', actionClass: 'database-write' };

    expect(roleAnswer({ ...role, asker: 'U0SRE1' }).text).toContain('is being sent in private');
    expect(roleAnswer({ ...role, asker: 'U0IC1' }).text).toMatch(/^<@U0SRE1> is/);
    expect(drillAnswer({ incident: 'DRILL-1', existed: true }).text).toContain('being run already');
    expect(checklistAnswer({ ...list, isNew: true }).text).toContain('is being posted');
    expect(checklistAnswer({ ...list, isNew: false }).text).toContain('was open already');
    expect(closedAnswer('INC-7', { first: false }).text).toContain('was closed already');
  });

  it('does not take a word for proof', () => {
    expect(statusAnswer('INC-7', 'contained').text).toContain('nothing is proven by that');
  });

  it('shows people and times in a refusal as such, and nothing that somebody quotes', () => {
    const text = textOf(
      refusal({
        sentence:
          'U0SRE1 has asked already, until 2026-11-20T03:27:00.000Z. I know no agent "U0EVIL1" of <@U0EVIL2>.',
      }),
    );

    expect(text).toContain('<@U0SRE1> has asked already, until 2026-11-20 03:27:00 UTC.');
    expect(text).not.toMatch(/<@U0EVIL/);
  });
});

describe('what others see of a page', () => {
  const page = {
    pageId: 'p1',
    role: 'on-call-sre',
    users: ['U0SRE1', 'U0SRE2'],
    attempt: 1,
    orderedAt: minute(0),
    sentTo: [{ userId: 'U0SRE1', at: minute(0) }],
    failures: [],
  };

  it('says paged only once Slack has taken it, or refused, for each', () => {
    const failures = [{ userId: 'U0SRE2', error: 'user_disabled' }];

    expect(textOf(pageMention({ incident: anIncident(), page }))).toContain('being paged as *on-call-sre*');
    expect(textOf(pageMention({ incident: anIncident(), page: { ...page, failures } }))).toMatch(
      /<@U0SRE2> paged as/,
    );
  });
});

it('does not announce that work goes on in what is closed', () => {
  const text = textOf(
    announcement({ incident: anIncident({ status: 'closed' }), orders: [], channelId: 'C0INC7' }),
  );

  expect(text).toContain('It was worked in <#C0INC7>');
  expect(text).not.toContain('goes on');
});
