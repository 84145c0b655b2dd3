const LONGEST = 200;

/** The control plane refuses longer ids, and a statement that is refused never arrives. */
export function requireActionId(actionId: unknown): string {
  if (typeof actionId === 'string' && actionId !== '' && actionId.length <= LONGEST) return actionId;
  throw new TypeError(`An action id is a text of 1 to ${LONGEST} characters.`);
}
