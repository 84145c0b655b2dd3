/**
 * What an inference cost: what its span reports in US dollars, else tokens at the prices of the table. Where neither says,
 * it is unknown, with the reason, and never zero.
 */
import type { Cost } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import { priceOf } from './price-of.js';
import { amountOf, isKeyed, nameAt, objectOf } from './slot-values.js';
import type { Price, Prices, Slots, Value } from './types.js';
import { GENKIT_MODEL, usageOf, type Usage } from './usage-of.js';

/** Does the span say anything of what it used? One that does not cannot stand for its call. */
export function saysUsage(slots: Slots): boolean {
  if (reportedOf(slots) !== null) return true;
  const { input, output } = usageOf(slots);
  return input !== null || output !== null;
}

export function costOf(slots: Slots, prices: Prices): Cost {
  const usage = usageOf(slots);
  const responseModel = nameAt(slots, SLOT.responseModel);
  const requestModel = nameAt(slots, SLOT.requestModel) ?? genkitModel(slots);
  const known = {
    model: responseModel ?? requestModel,
    inputTokens: usage.input,
    outputTokens: usage.output,
  };
  const reported = reportedOf(slots);
  const currency = nameAt(slots, SLOT.currency) ?? currencyIn(slots[SLOT.cost]);
  if (reported !== null && currency !== null && currency.toUpperCase() !== 'USD')
    return { usd: null, source: 'unknown', reason: 'other-currency', ...known };
  if (reported !== null) return { usd: reported, source: 'reported', ...known };
  if (usage.input === null && usage.output === null)
    return { usd: null, source: 'unknown', reason: 'no-usage', ...known };
  const price = priceOf(responseModel ?? '', prices) ?? priceOf(requestModel ?? '', prices);
  if (price === undefined) return { usd: null, source: 'unknown', reason: 'no-price', ...known };
  return { usd: atPrice(usage, price), source: 'price-table', ...known };
}

/** `(in - cache_read - cache_creation)*p_in + cache_read*p_cr + cache_creation*p_cw + out*p_out` */
function atPrice({ input, output, cacheRead, cacheWrite }: Usage, price: Price): number {
  const uncached = Math.max(0, (input ?? 0) - cacheRead - cacheWrite);
  const micros =
    uncached * price.inputPerMillion +
    cacheRead * (price.cacheReadPerMillion ?? price.inputPerMillion) +
    cacheWrite * (price.cacheWritePerMillion ?? price.inputPerMillion) +
    (output ?? 0) * price.outputPerMillion;
  return micros / 1_000_000;
}

/** The amount that the span reports, in whatever currency; its parts added where it has no total. */
function reportedOf(slots: Slots): number | null {
  const cost = slots[SLOT.cost];
  const total = amountOf(isKeyed(cost) ? (cost['amount'] ?? cost['total']) : cost);
  if (total !== null) return total;
  const details = objectOf(slots[SLOT.costDetails]) ?? {};
  return (
    amountOf(details['total']) ??
    sumOf(slots[SLOT.inputCost] ?? details['input'], slots[SLOT.outputCost] ?? details['output'])
  );
}

function sumOf(input: Value | undefined, output: Value | undefined): number | null {
  const inputCost = amountOf(input);
  const outputCost = amountOf(output);
  return inputCost === null || outputCost === null ? null : inputCost + outputCost;
}

function currencyIn(cost: Value | undefined): string | null {
  const currency = isKeyed(cost) ? cost['currency'] : null;
  return typeof currency === 'string' ? currency : null;
}

/** Genkit's spans of models are called like the model. */
function genkitModel(slots: Slots): string | null {
  return slots[SLOT.vendorKind] === GENKIT_MODEL ? nameAt(slots, SLOT.entityName) : null;
}
