import { z } from 'zod';
import { DEFAULT_RETENTION } from '../core/retention.js';

const days = z.number().int().min(1).max(36_525);

/** `retention.yml`, which may be missing: then the defaults hold. */
export const RetentionFile = z.strictObject({
  days: days.default(DEFAULT_RETENTION.days),
  financialDays: days.default(DEFAULT_RETENTION.financialDays),
  incidentMarginHours: z.number().int().min(0).max(8_760).default(DEFAULT_RETENTION.incidentMarginHours),
});
