/**
 * Slack's manifest schema (slackapi/manifest-schema, version 1) as far as an app like ours may go: the same keys,
 * limits and required fields. What is not listed is refused.
 */
const text = (maxLength: number, minLength = 1): object => ({ type: 'string', minLength, maxLength });
const texts = (maxItems: number): object => ({ type: 'array', items: text(50), maxItems, uniqueItems: true });
const flag = { type: 'boolean' };
const address = (maxLength: number): object => ({ type: 'string', pattern: '^https?://', maxLength });

function record(properties: object, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

function list(items: object, maxItems: number): object {
  return { type: 'array', items, minItems: 1, maxItems };
}

const features = record({
  app_home: record({
    home_tab_enabled: flag,
    messages_tab_enabled: flag,
    messages_tab_read_only_enabled: flag,
  }),
  bot_user: record({ display_name: text(80), always_online: flag }, ['display_name']),
  shortcuts: list(
    record(
      {
        name: text(24),
        type: { enum: ['message', 'global'] },
        callback_id: text(255),
        description: text(150),
      },
      ['name', 'type', 'callback_id', 'description'],
    ),
    10,
  ),
  slash_commands: list(
    record(
      {
        command: { type: 'string', minLength: 2, maxLength: 32, pattern: '^/' },
        url: address(3_000),
        description: text(2_000),
        usage_hint: text(1_000),
        should_escape: flag,
      },
      ['command', 'description'],
    ),
    50,
  ),
});

const settings = record({
  allowed_ip_address_ranges: texts(50),
  event_subscriptions: record({
    request_url: address(3_500),
    bot_events: texts(100),
    user_events: texts(100),
  }),
  interactivity: record({ is_enabled: flag, request_url: address(3_500) }, ['is_enabled']),
  org_deploy_enabled: flag,
  socket_mode_enabled: flag,
  token_rotation_enabled: flag,
  is_mcp_enabled: flag,
});

export const MANIFEST_SCHEMA = record(
  {
    display_information: record(
      {
        name: text(35),
        description: text(140),
        background_color: { type: 'string', pattern: '^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$' },
        long_description: text(4_000, 175),
      },
      ['name'],
    ),
    features,
    oauth_config: record({
      scopes: record({
        bot: texts(255),
        user: texts(255),
        bot_optional: texts(255),
        user_optional: texts(255),
      }),
    }),
    settings,
  },
  ['display_information'],
);
