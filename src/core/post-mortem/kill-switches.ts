/** Kill switches outside the guard: what each documents, what was measured, and whether it came back. */
import { actuatorNotes, type ActuatorState } from '../actuator.js';
import type { HaltEvent } from '../halt-events.js';
import type { Order, PointState } from '../containment.js';
import { describeSpan } from './figures.js';
import { joined, say, type Markdown } from './markdown.js';
import type { Block, Row, Statement } from './post-mortem.js';
import { absence, entry, type Story } from './story.js';

type ActuatorEvent = Extract<
  HaltEvent,
  { type: 'actuator:failed' | 'actuator:measured' | 'actuator:resumed' | 'actuator:released' }
>;

/** One line of the timeline; undefined for what the containment section tells better. */
export function describeActuatorEvent(event: ActuatorEvent): Markdown | undefined {
  switch (event.type) {
    case 'actuator:failed': {
      const { haltId, pointId, verb, attempt, error } = event.data;
      const what = verb === 'halt' ? 'could not be told to stop' : 'could not be released';
      return say`${haltId}: actuator ${pointId} ${what} at attempt ${attempt}: ${error}`;
    }
    case 'actuator:measured': {
      const { haltId, pointId, seconds, slaSeconds } = event.data;
      if (seconds === null)
        return say`${haltId}: actuator ${pointId} had not stopped when its documented ${slaSeconds ?? 'time'} s were over`;
      return say`${haltId}: actuator ${pointId} said that it had stopped, ${describeSpan(seconds * 1000)} after the order`;
    }
    case 'actuator:resumed':
      return say`${event.data.haltId}: actuator ${event.data.pointId} had stopped and said **${event.data.state}** again: it has to be told once more`;
    case 'actuator:released':
      return say`${event.data.haltId}: actuator ${event.data.pointId}: ${RELEASES[event.data.outcome]}`;
  }
}

const RELEASES: Readonly<
  Record<Extract<ActuatorEvent, { type: 'actuator:released' }>['data']['outcome'], string>
> = {
  released: 'said that the agent may run again',
  kept: 'was not released, for another order stood',
  'by-hand': 'stays stopped until somebody starts the agent again at the vendor',
  cancelled: 'was not released, for a newer order came first',
};

/** A table for an order that was sent to actuators. */
export function killSwitchBlocks(story: Story, order: Order): Block[] {
  const actuators = order.points.filter(({ kind }) => kind === 'actuator');
  if (actuators.length === 0) return [];
  const columns = ['Actuator', 'Documented time', 'Measured from the order', 'Verdict', 'Notes'];
  const rows = actuators.map((point) => row(story, order, point));
  return [{ kind: 'table', title: `Kill switches told of ${order.haltId}`, columns, rows }];
}

/** What was measured at the switches of one agent, for the vendor's section. */
export function switchStatements(story: Story, agentId: string): Statement[] {
  return story.orders.flatMap((order) =>
    order.points
      .filter((point) => point.kind === 'actuator' && point.agentId === agentId)
      .map((point) => switchStatement(story, order, point)),
  );
}

function switchStatement(story: Story, order: Order, point: PointState): Statement {
  const { evidence } = row(story, order, point);
  const about = say`${order.haltId} was sent to the kill switch ${point.instance}`;
  const { measured } = point;
  if (typeof measured?.seconds !== 'number')
    return { text: say`${about}: it is **not proven** that it stopped the agent.`, evidence };
  const against =
    measured.slaSeconds === null ? say`` : say` (documented: ${measured.slaSeconds} s, ${verdict(point)})`;
  return { text: say`${about}: stopped after ${measured.seconds} s${against}.`, evidence };
}

function row(story: Story, order: Order, point: PointState): Row {
  const { measured, ...unmeasured } = point;
  const facts = story.orderFacts.filter(
    ({ event }) =>
      event.type.startsWith('actuator:') &&
      'pointId' in event.data &&
      event.data.pointId === point.pointId &&
      'haltId' in event.data &&
      event.data.haltId === order.haltId,
  );
  const evidence = facts.flatMap(({ seq }) => entry(seq));
  return {
    cells: [
      say`${point.pointId} (${point.agentId})`,
      measured === undefined ? say`unknown` : documented(measured.slaSeconds),
      typeof measured?.seconds === 'number' ? say`${measured.seconds} s` : say`**not proven stopped**`,
      verdict(point),
      notes(unmeasured),
    ],
    evidence: evidence.length === 0 ? [absence(story)] : evidence,
  };
}

function notes(state: ActuatorState): Markdown {
  const all = actuatorNotes(state);
  if (all.length === 0) return say`none`;
  return joined(
    all.map((note) => say`${note}`),
    '; ',
  );
}

function documented(slaSeconds: number | null): Markdown {
  return slaSeconds === null ? say`**none**` : say`${slaSeconds} s`;
}

function verdict({ measured }: PointState): Markdown {
  if (measured === undefined) return say`unknown`;
  const { seconds, slaSeconds } = measured;
  if (slaSeconds === null) return say`nothing to hold it against`;
  return seconds !== null && seconds <= slaSeconds ? say`**met**` : say`**missed**`;
}
