import { describe, expect, it } from 'vitest';
import type { Cost } from '../../../src/core/action-record.js';
import { readSpans } from '../../support/otlp.js';

const PRICES = new Map([
  ['m', { inputPerMillion: 10, outputPerMillion: 30, cacheReadPerMillion: 1, cacheWritePerMillion: 12.5 }],
  ['plain', { inputPerMillion: 10, outputPerMillion: 30 }],
]);

function costOf(attributes: Readonly<Record<string, string | number>>): Cost | null | undefined {
  const chat = { 'gen_ai.operation.name': 'chat', ...attributes };
  return readSpans([{ attributes: chat }], { prices: PRICES }).records[0]?.cost;
}

describe('what an inference cost', () => {
  it.each([
    'gen_ai.usage.cost.amount',
    'gen_ai.usage.cost',
    'gen_ai.usage.total_cost',
    'gen_ai.cost.total_cost',
    'gen_ai.cost',
    'llm.cost.total',
    'operation.cost',
    'ai.total_cost',
    'gen_ai.cost.total_tokens',
  ])('is what the span reports as %s, before any table', (name) => {
    expect(
      costOf({ [name]: 0.042, 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 5 }),
    ).toMatchObject({
      usd: 0.042,
      source: 'reported',
      model: 'm',
      inputTokens: 5,
    });
  });

  it('is the better name where two are given, and the sum of its parts where there is no total', () => {
    expect(costOf({ 'operation.cost': 1, 'gen_ai.usage.cost.amount': 2 })?.usd).toBe(2);
    expect(costOf({ 'gen_ai.usage.input_cost': 1, 'gen_ai.usage.output_cost': 0.5 })?.usd).toBe(1.5);
    expect(costOf({ 'gen_ai.usage.input_cost': 1 })?.usd).toBeNull();
    expect(costOf({ 'langfuse.observation.cost_details': '{"input":1,"output":2,"total":3.5}' })?.usd).toBe(
      3.5,
    );
  });

  it('may be nothing at all, and be reported as text', () => {
    expect(costOf({ 'gen_ai.usage.cost': 0 })).toMatchObject({ usd: 0, source: 'reported' });
    expect(costOf({ 'gen_ai.usage.cost': '0.0602375' })?.usd).toBe(0.060_237_5);
  });

  it('is its tokens at the prices of the table, caches apart', () => {
    const cost = costOf({
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.cache_read.input_tokens': 600,
      'gen_ai.usage.cache_creation.input_tokens': 100,
      'gen_ai.usage.output_tokens': 50,
    });

    // 300 × 10 + 600 × 1 + 100 × 12.50 + 50 × 30
    expect(cost).toMatchObject({ source: 'price-table', model: 'm', inputTokens: 1000, outputTokens: 50 });
    expect(cost?.usd).toBeCloseTo(0.006_35, 12);
  });

  it.each([
    ['the old names', { 'gen_ai.usage.prompt_tokens': 100, 'gen_ai.usage.completion_tokens': 10 }],
    ['OpenInference', { 'llm.token_count.prompt': 100, 'llm.token_count.completion': 10 }],
    ['the Vercel AI SDK', { 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 10 }],
    ['text', { 'gen_ai.usage.input_tokens': '100', 'gen_ai.usage.output_tokens': '10' }],
    ['Langfuse', { 'langfuse.observation.usage_details': '{"input":100,"output":10}' }],
    ['MLflow', { 'mlflow.chat.tokenUsage': '{"input_tokens":100,"output_tokens":10,"total_tokens":110}' }],
  ])('reads tokens by %s', (_, tokens) => {
    expect(costOf({ 'gen_ai.request.model': 'plain', ...tokens })?.usd).toBeCloseTo(0.001_3, 12);
  });

  it('prices caches as input where the table has no price for them', () => {
    const tokens = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.cache_read.input_tokens': 40 };

    expect(costOf({ 'gen_ai.request.model': 'plain', ...tokens })?.usd).toBeCloseTo(0.001, 12);
  });

  it('takes a sum that is less than its parts for what is outside of the caches', () => {
    const tokens = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.cache_read.input_tokens': 900 };

    expect(costOf({ 'gen_ai.request.model': 'm', ...tokens })?.usd).toBeCloseTo(0.001_9, 12);
  });

  it('looks for the price of the model that answered, then of the one that was asked', () => {
    const tokens = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.request.model': 'm' };

    expect(costOf({ ...tokens, 'gen_ai.response.model': 'plain' })).toMatchObject({
      usd: 0.001,
      model: 'plain',
    });
    expect(costOf({ ...tokens, 'gen_ai.response.model': 'm-2026-08-06' })).toMatchObject({
      usd: 0.001,
      model: 'm-2026-08-06',
    });
  });

  it.each([
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'anthropic.claude-haiku-4-5',
    'bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'anthropic/claude-haiku-4.5',
    'claude-haiku-4-5@20251001',
  ])('knows the model in %s', (model) => {
    const prices = new Map([['claude-haiku-4-5', { inputPerMillion: 1, outputPerMillion: 5 }]]);
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': 5e6,
    };

    expect(readSpans([{ attributes }], { prices }).records[0]?.cost).toMatchObject({ usd: 5, model });
  });

  it.each([
    ['nobody wrote a price', { 'gen_ai.request.model': 'new', 'gen_ai.usage.input_tokens': 5 }, 'no-price'],
    ['it says no model', { 'gen_ai.usage.input_tokens': 5 }, 'no-price'],
    ['it says no tokens', { 'gen_ai.request.model': 'm' }, 'no-usage'],
    ['its tokens are none', { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': -5 }, 'no-usage'],
    [
      'it is in another currency',
      {
        'gen_ai.usage.cost.amount': 5,
        'gen_ai.usage.cost.currency': 'EUR',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 5,
      },
      'other-currency',
    ],
  ])('is unknown where %s', (_, attributes, reason) => {
    expect(costOf(attributes)).toMatchObject({ usd: null, source: 'unknown', reason });
  });

  it.each([-1, -0.5])('is not less than nothing: %d', (amount) => {
    expect(costOf({ 'gen_ai.usage.cost': amount })?.usd).toBeNull();
  });

  it.each(['m-2024-08-06', 'm-20251001', 'm@20251001', 'vendor/m', 'router/vendor/m-20251001'])(
    'takes the snapshot %s for its model, which is priced',
    (model) => {
      const tokens = { 'gen_ai.usage.input_tokens': 1_000_000, 'gen_ai.usage.output_tokens': 0 };
      expect(costOf({ 'gen_ai.response.model': model, ...tokens })).toMatchObject({ usd: 10, model });
    },
  );

  it.each(['m-mini', 'm-2', 'm-2024', 'm-latest', '', 'm/'])('does not take %j for the model m', (model) => {
    const tokens = { 'gen_ai.usage.input_tokens': 1_000_000, 'gen_ai.usage.output_tokens': 0 };
    expect(costOf({ 'gen_ai.response.model': model, ...tokens })?.usd).toBeNull();
  });

  it('takes the currency USD in any case', () => {
    expect(costOf({ 'gen_ai.usage.cost.amount': 5, 'gen_ai.usage.cost.currency': 'usd' })?.usd).toBe(5);
  });

  it("is nothing of a run's, which adds up what its inferences cost", () => {
    const run = {
      'gen_ai.operation.name': 'invoke_agent',
      'llm.cost.total': 5,
      'gen_ai.usage.input_tokens': 5,
    };

    expect(readSpans([{ attributes: run }]).records[0]?.cost).toBeNull();
  });
});
