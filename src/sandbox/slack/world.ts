/** Everything one workspace is made of. The rooms of the sandbox take it as their first argument. */
import type { Delivery } from './delivery/delivery.js';
import type { EventFeed } from './delivery/events.js';
import type { SocketMode } from './delivery/socket-mode.js';
import type { Settings } from './options.js';
import type { CallLog } from './state/call-log.js';
import type { EmulatedSlack } from './state/emulator.js';
import type { Ephemerals } from './state/ephemerals.js';
import type { FaultPlan } from './state/faults.js';
import type { ResponseUrls } from './state/response-urls.js';
import type { Triggers } from './state/triggers.js';
import type { Views } from './state/views.js';

export interface World {
  readonly settings: Settings;
  /** Where the bot and the browser find the workspace, such as `http://127.0.0.1:4000`. */
  readonly origin: () => string;
  readonly emulator: EmulatedSlack;
  readonly socketMode: SocketMode;
  readonly delivery: Delivery;
  readonly events: EventFeed;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly views: Views;
  readonly ephemerals: Ephemerals;
  /** When the bot last posted in each channel, in milliseconds. */
  readonly lastPostAt: Map<string, number>;
}
