import type { Price, Prices } from './types.js';

/** The day of a snapshot, as vendors append it: `gpt-4o-2024-08-06`, `claude-haiku-4-5-20251001`, `claude-haiku-4-5@20251001`. */
const DAY = /[-@](?:20\d{2}-\d{2}-\d{2}|20\d{6})$/;

/**
 * The price of a model: of exactly this name, else without the day of its snapshot, else without what a router puts
 * before it (`openai/gpt-4o`). A name of another kind is another model: undefined, never a guess.
 */
export function priceOf(model: string, prices: Prices): Price | undefined {
  const undated = model.replace(DAY, '');
  return prices.get(model) ?? prices.get(undated) ?? prices.get(undated.slice(undated.lastIndexOf('/') + 1));
}
