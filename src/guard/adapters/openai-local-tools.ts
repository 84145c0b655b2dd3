/** The objects behind `computerTool`, `shellTool` and `applyPatchTool`: the SDK calls them without any guardrail. */
import { isObject } from './members.js';
import { haltIn, sentenceFor, type AdapterGuard, type AdapterOptions } from './on-halted.js';
import { attemptOf } from './tool-table.js';

export interface MethodOptions extends Pick<AdapterOptions, 'tools'> {
  /** What the table, and orders where the table says nothing, call this tool: `shell`, say. */
  readonly name: string;
}

/**
 * The same computer, shell or editor, asking the guard before each of its methods. The SDK gives them no signal, so what
 * runs counts as running until it has ended. It shows the model every error, a refusal too: what ends the run is
 * the guarded model, where the order stops the whole agent.
 */
export function guardMethods<T extends object>(guard: AdapterGuard, target: T, options: MethodOptions): T {
  return new Proxy(target, {
    get(_target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function' || typeof property !== 'string' || property === 'constructor')
        return member;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const input = { method: property, arguments: given.filter(isPlain) };
        const attempt = attemptOf(options.tools, { name: options.name, input });
        let began = false;
        try {
          return await guard.run(attempt, async () => {
            began = true;
            return Reflect.apply(member, target, given);
          });
        } catch (error) {
          const call = { attempt, onHalted: 'tell' as const };
          const sentence = sentenceFor(call, error, began ? 'stopped' : 'refused');
          throw sentence === undefined ? error : new Error(sentence, { cause: haltIn(error) });
        }
      };
    },
  });
}

/** Whoever releases a held call is shown what it does, not the SDK's own objects. */
function isPlain(value: unknown): boolean {
  if (!isObject(value)) return typeof value !== 'function';
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
