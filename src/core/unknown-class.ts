/** The class of an attempt that nobody has classified: every order for a class covers it, for it may be one of those. */
export const UNKNOWN_CLASS = 'unknown';
