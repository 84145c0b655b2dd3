import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, openWorkspace } from './support.js';

type Json = Record<string, unknown>;

let workspace: SandboxWorkspace;
let channel: string;

beforeAll(async () => {
  workspace = await openWorkspace();
  await call('conversations.create', { name: 'limits' });
  channel = (await workspace.channelNamed('limits'))?.id ?? '';
});
afterAll(() => workspace.stop());

/** Calls without a client, so that the compiler does not stop us from sending nonsense. */
async function call(method: string, args: Json): Promise<Json> {
  const response = await fetch(`${workspace.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${workspace.botToken}`,
    },
    body: JSON.stringify(args),
  });
  const reply: unknown = await response.json();
  return typeof reply === 'object' && reply !== null ? { ...reply } : {};
}

const post = (blocks: unknown) => call('chat.postMessage', { channel, text: 'x', blocks });
const publish = (view: unknown) => call('views.publish', { user_id: ADA, view });

/** A modal goes the whole way to the trigger when nothing is wrong with it. */
const open = (view: unknown) => call('views.open', { trigger_id: 'none', view });

const of = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const plain = (length: number) => ({ type: 'plain_text', text: of(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: of(length) });
const section = (more: Json = {}) => ({ type: 'section', text: mrkdwn(3), ...more });
const button = (more: Json = {}) => ({ type: 'button', text: plain(3), ...more });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const option = (index: number, more: Json = {}) => ({ text: plain(3), value: `v${index}`, ...more });
const options = (count: number) => many(count, (index) => option(index));
const select = (more: Json) => actions({ type: 'static_select', ...more });
const input = (more: Json = {}, element: Json = {}) => ({
  type: 'input',
  label: plain(3),
  element: { type: 'plain_text_input', ...element },
  ...more,
});
const confirm = (more: Json) =>
  actions(
    button({ confirm: { title: plain(3), text: mrkdwn(3), confirm: plain(3), deny: plain(3), ...more } }),
  );

/** Each limit: its largest value, and a block with a given size. */
const BLOCK_LIMITS: readonly [string, number, (size: number) => Json][] = [
  ['section text', 3_000, (size) => section({ text: mrkdwn(size) })],
  ['section fields', 10, (size) => section({ fields: many(size, () => mrkdwn(3)) })],
  ['section field text', 2_000, (size) => section({ fields: [mrkdwn(size)] })],
  ['header text', 150, (size) => ({ type: 'header', text: plain(size) })],
  ['context elements', 10, (size) => ({ type: 'context', elements: many(size, () => mrkdwn(3)) })],
  ['actions elements', 25, (size) => actions(...many(size, (index) => button({ action_id: `a${index}` })))],
  ['button text', 75, (size) => actions(button({ text: plain(size) }))],
  ['button value', 2_000, (size) => actions(button({ value: of(size) }))],
  ['button url', 3_000, (size) => actions(button({ url: of(size) }))],
  ['button label', 75, (size) => actions(button({ accessibility_label: of(size) }))],
  ['action id', 255, (size) => actions(button({ action_id: of(size) }))],
  ['block id', 255, (size) => section({ block_id: of(size) })],
  ['option text', 75, (size) => select({ options: [option(1, { text: plain(size) })] })],
  ['option value', 150, (size) => select({ options: [option(1, { value: of(size) })] })],
  ['option description', 75, (size) => select({ options: [option(1, { description: plain(size) })] })],
  ['select options', 100, (size) => select({ options: options(size) })],
  [
    'select option groups',
    100,
    (size) => select({ option_groups: many(size, () => ({ label: plain(3), options: options(1) })) }),
  ],
  [
    'option group label',
    75,
    (size) => select({ option_groups: [{ label: plain(size), options: options(1) }] }),
  ],
  ['placeholder', 150, (size) => select({ options: options(1), placeholder: plain(size) })],
  ['checkboxes', 10, (size) => actions({ type: 'checkboxes', options: options(size) })],
  ['radio buttons', 10, (size) => actions({ type: 'radio_buttons', options: options(size) })],
  ['overflow options', 5, (size) => actions({ type: 'overflow', options: options(size) })],
  ['confirm title', 100, (size) => confirm({ title: plain(size) })],
  ['confirm text', 300, (size) => confirm({ text: mrkdwn(size) })],
  ['confirm button', 30, (size) => confirm({ confirm: plain(size) })],
  ['confirm deny button', 30, (size) => confirm({ deny: plain(size) })],
  ['input label', 2_000, (size) => input({ label: plain(size) })],
  ['input hint', 2_000, (size) => input({ hint: plain(size) })],
  ['input max length', 3_000, (size) => input({}, { max_length: size })],
  [
    'image alt text',
    2_000,
    (size) => ({ type: 'image', image_url: 'https://x.test/i.png', alt_text: of(size) }),
  ],
  ['image url', 3_000, (size) => ({ type: 'image', image_url: of(size), alt_text: 'x' })],
  [
    'image title',
    2_000,
    (size) => ({ type: 'image', image_url: 'https://x.test/i.png', alt_text: 'x', title: plain(size) }),
  ],
  ['markdown text', 12_000, (size) => ({ type: 'markdown', text: of(size) })],
  [
    'table rows',
    100,
    (size) => ({ type: 'table', rows: many(size, () => [{ type: 'raw_text', text: 'x' }]) }),
  ],
  [
    'table columns',
    20,
    (size) => ({ type: 'table', rows: [many(size, () => ({ type: 'raw_text', text: 'x' }))] }),
  ],
];

describe.each(BLOCK_LIMITS)('%s', (_name, limit, make) => {
  it(`is taken at ${limit}`, async () => {
    expect(await post([make(limit)])).toMatchObject({ ok: true });
  });

  it(`is refused at ${limit + 1}, with the place`, async () => {
    const reply = await post([make(limit + 1)]);

    expect(reply).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      response_metadata: {
        messages: [expect.stringMatching(/^\[ERROR\] .+ \[json-pointer:\/blocks\/0.*\]$/)],
      },
    });
  });
});

const modal = (more: Json = {}) => ({
  type: 'modal',
  title: plain(3),
  submit: plain(3),
  blocks: [section()],
  ...more,
});

const VIEW_LIMITS: readonly [string, number, (size: number) => Json][] = [
  ['title', 24, (size) => modal({ title: plain(size) })],
  ['submit', 24, (size) => modal({ submit: plain(size) })],
  ['close', 24, (size) => modal({ close: plain(size) })],
  ['private metadata', 3_000, (size) => modal({ private_metadata: of(size) })],
  ['callback id', 255, (size) => modal({ callback_id: of(size) })],
  ['external id', 255, (size) => modal({ external_id: of(size) })],
  ['blocks', 100, (size) => modal({ blocks: many(size, () => section()) })],
];

describe.each(VIEW_LIMITS)('a modal: %s', (_name, limit, make) => {
  it(`is taken at ${limit}`, async () => {
    expect(await open(make(limit))).toMatchObject({ error: 'invalid_trigger_id' });
  });

  it(`is refused at ${limit + 1}`, async () => {
    expect(await open(make(limit + 1))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('[json-pointer:/view')] },
    });
  });
});

it('takes 50 blocks in a message and refuses 51', async () => {
  expect(await post(many(50, () => section()))).toMatchObject({ ok: true });
  expect(await post(many(51, () => section()))).toMatchObject({ error: 'invalid_blocks' });
});

it('takes 100 blocks in a home tab and refuses 101', async () => {
  const home = (count: number) => publish({ type: 'home', blocks: many(count, () => section()) });

  expect(await home(100)).toMatchObject({ ok: true });
  expect(await home(101)).toMatchObject({ error: 'invalid_arguments' });
});

it('refuses more than about 13,200 characters in all blocks together', async () => {
  expect(
    await post([...many(4, () => section({ text: mrkdwn(3_000) })), section({ text: mrkdwn(1_200) })]),
  ).toMatchObject({ ok: true });
  expect(
    await post([...many(4, () => section({ text: mrkdwn(3_000) })), section({ text: mrkdwn(1_201) })]),
  ).toMatchObject({
    error: 'msg_blocks_too_long',
  });
});

it('counts markdown over all blocks of a message', async () => {
  const markdown = (length: number) => ({ type: 'markdown', text: of(length) });

  expect(await post([markdown(6_000), markdown(6_000)])).toMatchObject({ ok: true });
  expect(await post([markdown(6_000), markdown(6_001)])).toMatchObject({ error: 'msg_blocks_too_long' });
});

const WRONG: readonly [string, unknown][] = [
  ['an unknown block', { type: 'bogus' }],
  ['an unknown element', actions({ type: 'bogus' })],
  ['a text input outside an input block', actions({ type: 'plain_text_input', action_id: 'a' })],
  ['a button in an input block', input({ element: button() })],
  ['mrkdwn in a header', { type: 'header', text: mrkdwn(3) }],
  ['mrkdwn on a button', actions(button({ text: mrkdwn(3) }))],
  ['an empty text', section({ text: mrkdwn(0) })],
  ['a text of no type', section({ text: { text: 'x' } })],
  ['emoji in mrkdwn', section({ text: { type: 'mrkdwn', text: 'x', emoji: true } })],
  ['a section without text or fields', { type: 'section' }],
  ['an image without alt text', { type: 'image', image_url: 'https://x.test/i.png' }],
  [
    'an image element without alt text',
    section({ accessory: { type: 'image', image_url: 'https://x.test/i.png' } }),
  ],
  ['a field nobody knows', section({ colour: 'red' })],
  ['a button style nobody knows', actions(button({ style: 'warning' }))],
  ['a button without text', actions({ type: 'button', action_id: 'a' })],
  ['no elements', actions()],
  ['a select without options', select({})],
  ['one action id twice in a block', actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
  ['a block that is none', 'text'],
];

it.each(WRONG)('refuses %s', async (_what, block) => {
  expect(await post([block])).toMatchObject({ ok: false, error: 'invalid_blocks' });
});

it('takes one action id in two blocks, but not one block id', async () => {
  expect(
    await post([actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))]),
  ).toMatchObject({ ok: true });
  expect(await post([section({ block_id: 'b' }), section({ block_id: 'b' })])).toMatchObject({
    error: 'invalid_blocks',
  });
});

it('refuses blocks that are not a list', async () => {
  expect(await post('{oops')).toMatchObject({ error: 'invalid_blocks_format' });
});

it('wants a submit button when a modal asks for something', async () => {
  expect(await open(modal({ blocks: [input()] }))).toMatchObject({ error: 'invalid_trigger_id' });
  expect(await open(modal({ blocks: [input()], submit: undefined }))).toMatchObject({
    error: 'invalid_arguments',
  });
});

it.each(['markdown', 'table', 'plan'])('takes no %s block in a modal', async (type) => {
  expect(await open(modal({ blocks: [{ type, text: 'x', rows: [['x']] }] }))).toMatchObject({
    error: 'invalid_arguments',
  });
});

it('refuses a view of the wrong kind', async () => {
  expect(await publish(modal())).toMatchObject({ error: 'invalid_arguments' });
});

it('refuses a view of more than 250 KB', async () => {
  const big = many(100, () => section({ text: undefined, fields: many(10, () => mrkdwn(300)) }));

  expect(await open(modal({ blocks: big }))).toMatchObject({ error: 'view_too_large' });
});
