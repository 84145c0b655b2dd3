import { CHECKLIST_ACTIONS } from './checklist-actions.js';
import type { Action } from './define-action.js';
import { HALT_ACTIONS } from './halt-actions.js';
import { INCIDENT_ACTIONS } from './incident-actions.js';
import { QUARANTINE_ACTIONS } from './quarantine-actions.js';

/** Every button that blocks/ writes; a test holds the two against each other. */
export const ACTIONS: readonly Action[] = [
  ...HALT_ACTIONS,
  ...QUARANTINE_ACTIONS,
  ...INCIDENT_ACTIONS,
  ...CHECKLIST_ACTIONS,
];
