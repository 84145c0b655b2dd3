import type { YamlFile } from './yaml-file.js';

/** The runbooks after parsing, by what they are. A file that is missing or beyond parsing is undefined. */
export interface RunbookFiles {
  readonly agents: YamlFile | undefined;
  readonly roles: YamlFile | undefined;
  readonly tripwires: YamlFile | undefined;
  /** Also undefined where there is none: it may be missing. */
  readonly gateways: YamlFile | undefined;
  /** May be missing as well. */
  readonly sources: YamlFile | undefined;
  /** Also undefined where there is none: it may be missing. */
  readonly prices: YamlFile | undefined;
  /** Also undefined where there is none: it may be missing. */
  readonly retention: YamlFile | undefined;
  /** By the name of the class, which is that of the file. */
  readonly actionClasses: ReadonlyMap<string, YamlFile | undefined>;
  /** By the id of the drill, which is the name of the file. */
  readonly drills: ReadonlyMap<string, YamlFile | undefined>;
}
