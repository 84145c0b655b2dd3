import type { Price, Prices } from './types.js';

/** The day of a snapshot, as vendors append it: `gpt-4o-2024-08-06`, `claude-haiku-4-5-20251001`, `claude-haiku-4-5@20251001`. */
const DAY = /[-@](?:20\d{2}-\d{2}-\d{2}|20\d{6})$/;
/** Bedrock says where it runs, whose it is and which build it is: `us.anthropic.claude-haiku-4-5-20251001-v1:0`. */
const BEDROCK =
  /^(?:[a-z]{2,6}(?:-gov)?\.)?(?:anthropic|amazon|meta|mistral|cohere|deepseek)\.(.+?)(?:-v\d+(?::\d+)?)?$/;

/**
 * The price of a model: of exactly this name, else without the day of its snapshot, else without what a router puts
 * before it (`openai/gpt-4o`) or Bedrock around it. A name of another kind is another model: undefined, never a guess.
 */
export function priceOf(model: string, prices: Prices): Price | undefined {
  const undated = model.replace(DAY, '');
  const routed = undated.slice(undated.lastIndexOf('/') + 1);
  return prices.get(model) ?? prices.get(undated) ?? prices.get(routed) ?? prices.get(plainName(routed));
}

/** Routers write `claude-sonnet-4.5`, where its maker writes `claude-sonnet-4-5`. */
function plainName(routed: string): string {
  const name = (BEDROCK.exec(routed)?.[1] ?? routed).replace(DAY, '');
  return name.startsWith('claude-') ? name.replaceAll('.', '-') : name;
}
