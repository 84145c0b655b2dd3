/** Checks a modal or a home tab, as views.open and views.publish do. */
import { isObject, type Json } from '../json.js';
import { refused, refusedFor } from '../web-api/reply.js';
import { checkBlocks } from './check-blocks.js';
import { BLOCKS_PER_VIEW, VIEW_BYTES, VIEWS } from './limits.js';
import { checkShape, problem, type Problem } from './validate.js';

/** Fields that Slack itself adds, and forgives when a view it gave out comes back. */
const ADDED = ['type', 'submit_disabled'];

/** The refusal this view deserves; undefined when it is fine. */
export function checkView(view: unknown, type: string): Json | undefined {
  if (!isObject(view))
    return refused('invalid_arguments', {
      response_metadata: { messages: ['[ERROR] missing required field: view'] },
    });
  if (JSON.stringify(view).length > VIEW_BYTES) return refused('view_too_large');
  const problems = findProblems(view, type);
  return problems.length > 0 ? refusedFor('invalid_arguments', problems) : undefined;
}

function findProblems(view: Json, type: string): readonly Problem[] {
  const shape = VIEWS[type];
  if (shape === undefined || view['type'] !== type)
    return [problem(`unsupported view type, expected ${type}`, '/view/type')];
  const blocks = view['blocks'];
  const surface = type === 'home' ? 'home' : 'modal';
  return [
    ...checkShape(view, shape, '/view', ADDED),
    ...(Array.isArray(blocks) ? checkBlocks(blocks, surface, BLOCKS_PER_VIEW).map(inView) : []),
    ...(needsSubmit(view) ? [problem('submit is required when there is an input block', '/view')] : []),
  ];
}

function needsSubmit(view: Json): boolean {
  const blocks = Array.isArray(view['blocks']) ? view['blocks'].filter(isObject) : [];
  const asks = view['type'] === 'modal' && blocks.some((block) => block['type'] === 'input');
  return asks && view['submit'] === undefined;
}

function inView({ message, pointer }: Problem): Problem {
  return { message, pointer: `/view${pointer}` };
}
