/** Every kind of surface: how its state is read and how it is shown. An explicit list; a new kind is a line here. */
import { announcement } from '../../../blocks/announcement.js';
import { budgetWarning } from '../../../blocks/budget-warning.js';
import { checklistMessage, type ChecklistState } from '../../../blocks/checklist.js';
import { drillReminder } from '../../../blocks/drill.js';
import { failingPagerMessage } from '../../../blocks/failing-pager.js';
import { haltAsk, type HaltAskState } from '../../../blocks/halt-ask.js';
import { haltBoardMessage } from '../../../blocks/halt-board.js';
import { haltReview } from '../../../blocks/halt-review.js';
import { haltBoard, type HaltState } from '../../../blocks/halt.js';
import { incidentUpdate } from '../../../blocks/incident-update.js';
import { incidentCard, type IncidentCardState } from '../../../blocks/incident-card.js';
import { liftMessage } from '../../../blocks/lift.js';
import { pageMention } from '../../../blocks/page-mention.js';
import { pageMessage } from '../../../blocks/page.js';
import { postMortemMessage } from '../../../blocks/post-mortem.js';
import { postMortemSummary } from '../../../blocks/post-mortem-summary.js';
import type { Rendered } from '../../../blocks/rendered.js';
import { quarantineMessage } from '../../../blocks/quarantine.js';
import { roleBrief } from '../../../blocks/role-brief.js';
import { shadowReport } from '../../../blocks/shadow-report.js';
import { tripwireWarning } from '../../../blocks/tripwire-warning.js';
import { stuckSwitchMessage } from '../../../blocks/stuck-switch.js';
import type { Instant } from '../../core/ids.js';
import { describeHead } from '../../core/journal.js';
import type { Deps } from '../../operations/deps.js';
import { readBoard } from '../../operations/halting/list-status.js';
import { readOrder, readPlane } from '../../operations/halting/read-plane.js';
import type { SurfaceRow } from '../../store/types.js';
import { loadAsk, loadIncident, NothingToShow, type IncidentContext } from './load.js';
import { loadBudgetWarning } from './load-budget.js';
import { loadDrill } from './load-drill.js';
import { loadFailingPager } from './load-pager.js';
import { loadShadowReport, loadWarning } from './load-warning.js';
import { loadQuarantine } from './load-quarantine.js';
import { openSections } from './open-sections.js';

/** A message as it should look now. */
export interface Appearance {
  readonly rendered: Rendered;
  /** It cannot have been posted before this moment; null where that is not known. */
  readonly since: Instant | null;
}

export type RenderSurface = (deps: Deps, surface: SurfaceRow) => Promise<Appearance>;

/** A kind: `load` reads the state, `render` is one of blocks/. */
function kind<S>({ load, render, since }: SurfaceKind<S>): RenderSurface {
  return async (deps, surface) => {
    const state = await load(deps, surface);
    return { rendered: render(state), since: since(state) };
  };
}

interface SurfaceKind<S> {
  readonly load: (deps: Deps, surface: SurfaceRow) => Promise<S>;
  readonly render: (state: S) => Rendered;
  readonly since: (state: S) => Instant | null;
}

const openedAt = ({ incident }: Pick<IncidentContext, 'incident'>): Instant => incident.openedAt;

export const SURFACES: Readonly<Record<string, RenderSurface>> = {
  'incident-card': kind({ load: loadCard, render: incidentCard, since: openedAt }),
  announcement: kind({ load: loadIncident, render: announcement, since: openedAt }),
  page: kind({ load: loadPage, render: pageMessage, since: openedAt }),
  'page-mention': kind({ load: loadPage, render: pageMention, since: openedAt }),
  checklist: kind({ load: loadChecklist, render: checklistMessage, since: openedAt }),
  'budget-warning': kind({ load: loadBudgetWarning, render: budgetWarning, since: openedAt }),
  'incident-update': kind({ load: loadUpdate, render: incidentUpdate, since: ({ update }) => update.at }),
  halt: kind({ load: loadOrder, render: haltBoard, since: ({ order }) => order.at }),
  'halt-board': kind({ load: readBoard, render: haltBoardMessage, since: () => null }),
  'halt-review': kind({ load: loadOrder, render: haltReview, since: ({ order }) => order.at }),
  lift: kind({ load: loadOrder, render: liftMessage, since: ({ order }) => order.at }),
  'stuck-switch': kind({ load: loadOrder, render: stuckSwitchMessage, since: ({ order }) => order.at }),
  quarantine: kind({ load: loadQuarantine, render: quarantineMessage, since: ({ order }) => order.at }),
  'halt-ask': kind({ load: loadHaltAsk, render: haltAsk, since: ({ ask }) => ask.at }),
  'post-mortem': kind({ load: loadPostMortem, render: postMortemMessage, since: openedAt }),
  'post-mortem-summary': kind({ load: loadCard, render: postMortemSummary, since: openedAt }),
  'pager-failing': kind({ load: loadFailingPager, render: failingPagerMessage, since: ({ since }) => since }),
  'drill-reminder': kind({ load: loadDrill, render: drillReminder, since: () => null }),
  'tripwire-warning': kind({ load: loadWarning, render: tripwireWarning, since: ({ firedAt }) => firedAt }),
  'shadow-report': kind({ load: loadShadowReport, render: shadowReport, since: ({ to }) => to }),
  'role-brief': kind({ load: loadBrief, render: roleBrief, since: openedAt }),
};

/** What follows the incident's name in a key such as `checklist:INC-7:database-write`. */
function partsOf({ key }: SurfaceRow): readonly [first: string, second: string] {
  const [, , first = '', second = ''] = key.split(':');
  return [first, second];
}

async function loadCard(deps: Deps, surface: SurfaceRow): Promise<IncidentCardState> {
  const context = await loadIncident(deps, surface);
  return {
    ...context,
    profiles: deps.registry.actionClasses,
    owners: deps.directory.membersOf('agent-owner', context.incident.agentId),
    head: describeHead(await deps.store.head()),
    alertCount: await deps.store.countAlerts(context.incident.name),
  };
}

async function loadPage(deps: Deps, surface: SurfaceRow) {
  const context = await loadIncident(deps, surface);
  const [pageId] = partsOf(surface);
  const page = context.incident.pages.find((each) => each.pageId === pageId);
  if (page === undefined) throw new NothingToShow('the incident has no such page');
  return { ...context, page };
}

async function loadUpdate(deps: Deps, surface: SurfaceRow) {
  const { incident } = await loadIncident(deps, surface);
  const [updateId] = partsOf(surface);
  const update = incident.updates.find((each) => each.updateId === updateId);
  if (update === undefined) throw new NothingToShow('the incident has no such update');
  return { incident, update };
}

async function loadChecklist(deps: Deps, surface: SurfaceRow): Promise<ChecklistState> {
  const { incident } = await loadIncident(deps, surface);
  const [actionClass] = partsOf(surface);
  const checklist = incident.checklists.find((each) => each.actionClass === actionClass);
  if (checklist === undefined) throw new NothingToShow('the incident has no such checklist');
  const profile = deps.registry.actionClasses.get(actionClass);
  const operators = deps.directory.membersOf(checklist.operator, incident.agentId);
  return { incident, checklist, profile, operators, now: deps.now() };
}

async function loadOrder({ store, now }: Deps, { key }: SurfaceRow): Promise<HaltState> {
  const order = await readOrder(store, key.split(':')[1] ?? '');
  const asks = [...(await readPlane(store)).asks.values()].filter(({ answer }) => answer === order.haltId);
  return { order, now: now(), askedBy: [...new Set(asks.map(({ by }) => by))] };
}

async function loadHaltAsk(deps: Deps, { key }: SurfaceRow): Promise<HaltAskState> {
  return loadAsk(deps, key.split(':')[1] ?? '');
}

async function loadPostMortem(deps: Deps, surface: SurfaceRow) {
  const { incident } = await loadIncident(deps, surface);
  return { incident, openSections: await openSections(deps, incident.name) };
}

async function loadBrief(deps: Deps, surface: SurfaceRow) {
  const { incident, channelId } = await loadIncident(deps, surface);
  const [name] = partsOf(surface);
  const role = deps.registry.roles.get(name);
  return {
    incident,
    channelId,
    title: role?.title ?? name,
    duties: role?.duties ?? 'roles.yml says no duties.',
  };
}
