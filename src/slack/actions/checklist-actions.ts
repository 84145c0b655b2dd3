import { evidenceModal } from '../../../blocks/evidence-modal.js';
import { startStep } from '../../operations/rollback/start-step.js';
import { slackActor } from '../door/press.js';
import { defineAction, OfChecklist, OfStep, type Action } from './define-action.js';

const start = defineAction({
  id: 'step:start',
  value: OfStep,
  run: async (door, { userId }, value) => {
    const { first } = await startStep(door.deps, { ...value, userId, actor: slackActor(door, userId) });
    return {
      text: first ? 'Started: the time is on the checklist.' : 'Somebody had started this step already.',
    };
  },
});

const done = defineAction({
  id: 'step:done',
  value: OfStep,
  run: async (door, press, value) => {
    const actionClass = door.deps.registry.actionClasses.get(value.actionClass);
    const steps = value.substitute ? actionClass?.substitute.steps : actionClass?.steps;
    const step = steps?.find(({ id }) => id === value.stepId);
    await press.openModal(
      evidenceModal({
        what: 'step:done',
        title: 'Step done',
        question: step?.evidence ?? 'What proves that it is done?',
        context: { ...value, channelId: press.channelId },
      }),
    );
    return undefined;
  },
});

const substitute = defineAction({
  id: 'checklist:substitute',
  value: OfChecklist,
  run: async (door, press, value) => {
    const found = door.deps.registry.actionClasses.get(value.actionClass);
    await press.openModal(
      evidenceModal({
        what: 'checklist:substitute',
        title: 'Cannot be undone',
        question: `Why not? The substitute is meant for: ${found?.substitute.when ?? 'what cannot be undone'}`,
        context: { ...value, channelId: press.channelId },
      }),
    );
    return undefined;
  },
});

const verify = defineAction({
  id: 'checklist:verify',
  value: OfChecklist,
  run: async (door, press, value) => {
    const found = door.deps.registry.actionClasses.get(value.actionClass);
    await press.openModal(
      evidenceModal({
        what: 'checklist:verify',
        title: 'Verify the rollback',
        question:
          found === undefined
            ? 'What proves it?'
            : `${found.verification.instruction} Evidence: ${found.verification.evidence}`,
        context: { ...value, channelId: press.channelId },
      }),
    );
    return undefined;
  },
});

export const CHECKLIST_ACTIONS: readonly Action[] = [start, done, substitute, verify];
