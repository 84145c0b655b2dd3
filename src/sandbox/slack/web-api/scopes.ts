/** Which bot scope each method needs. Alternatives stand in one entry; a channel's kind decides between columns. */
export type ChannelKind = 'public' | 'private' | 'im';

/** Any one scope of the list suffices. */
type AnyOf = readonly string[];

const MANAGE = { public: ['channels:manage'], private: ['groups:write'], im: ['im:write'] };
const READ = { public: ['channels:read'], private: ['groups:read'], im: ['im:read'] };
const HISTORY = { public: ['channels:history'], private: ['groups:history'], im: ['im:history'] };
const TOPIC = {
  ...MANAGE,
  public: ['channels:manage', 'channels:write.topic'],
  private: ['groups:write', 'groups:write.topic'],
};
const INVITE = {
  ...MANAGE,
  public: ['channels:manage', 'channels:write.invites'],
  private: ['groups:write', 'groups:write.invites'],
};

const BY_KIND: Readonly<Record<string, Readonly<Record<ChannelKind, AnyOf>>>> = {
  'conversations.create': MANAGE,
  'conversations.archive': MANAGE,
  'conversations.unarchive': MANAGE,
  'conversations.rename': MANAGE,
  'conversations.kick': MANAGE,
  'conversations.leave': MANAGE,
  'conversations.setTopic': TOPIC,
  'conversations.setPurpose': TOPIC,
  'conversations.invite': INVITE,
  'conversations.join': { ...MANAGE, public: ['channels:join'] },
  'conversations.info': READ,
  'conversations.list': READ,
  'conversations.members': READ,
  'conversations.history': HISTORY,
  'conversations.replies': HISTORY,
};

const FIXED: Readonly<Record<string, AnyOf>> = {
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.scheduleMessage': ['chat:write'],
  'chat.deleteScheduledMessage': ['chat:write'],
  'conversations.open': ['im:write'],
  'pins.add': ['pins:write'],
  'pins.remove': ['pins:write'],
  'pins.list': ['pins:read'],
  'bookmarks.add': ['bookmarks:write'],
  'bookmarks.edit': ['bookmarks:write'],
  'bookmarks.remove': ['bookmarks:write'],
  'bookmarks.list': ['bookmarks:read'],
  'reactions.add': ['reactions:write'],
  'reactions.remove': ['reactions:write'],
  'reactions.get': ['reactions:read'],
  'users.list': ['users:read'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'users.profile.get': ['users.profile:read'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  'files.info': ['files:read'],
  'files.list': ['files:read'],
  'team.info': ['team:read'],
};

/** The scopes of which one is needed; empty when the method needs none. */
export function scopesFor(method: string, kind: ChannelKind): AnyOf {
  return BY_KIND[method]?.[kind] ?? FIXED[method] ?? [];
}

/** Every scope emulate knows, for the actors whose rights are not under test. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set([
    ...Object.values(BY_KIND).flatMap((kinds) => Object.values(kinds).flat()),
    ...Object.values(FIXED).flat(),
    'channels:write',
    'mpim:read',
    'mpim:history',
    'mpim:write',
    'users.profile:write',
    'users:write',
  ]),
];
