/** Every press that Haltline answers, `noun:verb`. The doors register these; blocks put them on buttons. */
export const ACTION = {
  acknowledge: 'page:acknowledge',
  confirmHarm: 'harm:confirm',
  haltAll: 'halt:all',
  haltAgent: 'halt:agent',
  askForHalt: 'halt:ask',
  haltOneTap: 'halt:one-tap',
  requestLift: 'lift:request',
  approveLift: 'lift:approve',
  markPoint: 'point:mark',
  claimRole: 'role:claim',
  supplyLink: 'link:supply',
  startStep: 'step:start',
  finishStep: 'step:done',
  substitute: 'checklist:substitute',
  verify: 'checklist:verify',
  declare: 'incident:declare',
  close: 'incident:close',
  startDrill: 'drill:start',
  changeSeverity: 'severity:change',
  openPostMortem: 'post-mortem:open',
} as const;
export type ActionId = (typeof ACTION)[keyof typeof ACTION];
