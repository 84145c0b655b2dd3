import type { View } from './define-view.js';
import { closeView } from './close.js';
import { declareView } from './declare.js';
import { EVIDENCE_VIEWS } from './evidence.js';
import { haltView } from './halt.js';
import { liftView } from './lift.js';
import { linkView } from './link.js';
import { markView } from './mark.js';
import { reviewView } from './review.js';
import { rejectHeldView } from './reject-held.js';

/** Every modal that blocks/ writes. */
export const VIEWS: readonly View[] = [
  declareView,
  haltView,
  liftView,
  markView,
  reviewView,
  rejectHeldView,
  linkView,
  closeView,
  ...EVIDENCE_VIEWS,
];
