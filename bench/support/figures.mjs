/** The smallest value that at least this share of the numbers does not exceed. */
export function quantile(numbers, share) {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export function median(numbers) {
  return quantile(numbers, 0.5);
}

export function ms(number) {
  return `${number.toFixed(number < 10 ? 2 : 0)} ms`;
}
