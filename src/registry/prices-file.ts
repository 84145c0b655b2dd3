import { z } from 'zod';

const Usd = z.number().min(0).max(1_000_000);

const Price = z.strictObject({
  inputPerMillion: Usd,
  outputPerMillion: Usd,
  cacheReadPerMillion: Usd.optional(),
  cacheWritePerMillion: Usd.optional(),
});

/** `prices.yml`, which may be missing: then what a call cost is known only where its span says so. */
export const PricesFile = z.strictObject({
  /** The day on which the prices were looked up. */
  asOf: z.iso.date('write a day such as 2026-11-01'),
  models: z.record(z.string().trim().min(1).max(150), Price),
});
