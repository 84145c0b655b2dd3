import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes long begins first, so that no worker waits for another in the end. A clean clone knows no durations and
 * Vitest would begin with the largest file: a story of two minutes is told in thirty lines.
 */
const FIRST = [
  'test/stories/kill-anywhere',
  'test/prometheus/',
  'test/stories/three-am',
  'test/stories/',
  'test/slack/presses',
  'test/slack/answers',
  'test/contracts/guard.test',
  'test/slack/',
  'test/guard/pitfalls/',
];

/** Files of shared workers come last and together: each takes little, so they fill up what is left. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rank = ({ moduleId, project }: TestSpecification): number => {
      if (!project.config.isolate) return FIRST.length + 1;
      const index = FIRST.findIndex((start) => relative(root, moduleId).startsWith(start));
      return index === -1 ? FIRST.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
