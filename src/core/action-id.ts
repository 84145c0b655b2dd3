const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One id, one spelling: some platforms write UUIDs in capitals. What is no UUID stays as it is. */
export function spelledActionId(actionId: string): string {
  return UUID.test(actionId) ? actionId.toLowerCase() : actionId;
}
