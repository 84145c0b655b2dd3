import type { AlertFormat } from '../core/source-settings.js';
import { alertmanager } from './alertmanager/index.js';
import { cloudevents } from './cloudevents/index.js';
import { cloudwatch } from './cloudwatch/index.js';
import { datadog } from './datadog/index.js';
import { generic } from './generic/index.js';
import { grafana } from './grafana/index.js';
import { pagerduty } from './pagerduty/index.js';
import { sentry } from './sentry/index.js';
import { standardWebhooks } from './standard-webhooks/index.js';
import type { Source } from './types.js';

/** The reader of each format. A new one is a folder, a line here and its name in `core/source-settings.ts`. */
export const FORMATS: Readonly<Record<AlertFormat, Source>> = {
  alertmanager,
  grafana,
  datadog,
  pagerduty,
  cloudwatch,
  sentry,
  cloudevents,
  'standard-webhooks': standardWebhooks,
  generic,
};
