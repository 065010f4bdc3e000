/** Whole texts that stand for "put yours here". Lower case. */
const whole: readonly RegExp[] = [
  /^x{3,}$/,
  /^(?:todo|tbd|fixme|placeholder|replaceme|fill[-_ ]?(?:me|in)|…|\.{3,})$/,
  /^todo(?:[:\s]|$)/,
  /^your\b/,
  /^replace[-_ ]/,
  /^(?:insert|enter|paste)[-_ ](?:your|the|a|here)\b/,
  /^<[^<>]*>$/,
  /^\{\{[^{}]*\}\}$/,
  /^\S*(?:\.{3}|…)$/,
];

/** Parts that make a placeholder of whatever is around them, as in `postgres://app:change-me@db`. */
const within: readonly RegExp[] = [
  /(?:^|[^a-z0-9])change[-_ ]?(?:me|this|it|in[-_ ]production)(?![a-z])/,
  /(?:^|[^a-z0-9])replace[-_ ]?(?:me|this|with|it)(?![a-z])/,
  /(?:^|[^a-z0-9])your[-_][a-z]/,
  /x{6,}/,
];

/** Text that is in an example to be replaced. Such a text never counts as a value, wherever it turns up. */
export function isPlaceholder(text: string): boolean {
  const lower = text.trim().toLowerCase();
  if (lower === "" || lower.length > 500) return false;
  if (/<[A-Z][A-Z0-9_-]{2,}>/.test(text)) return true;
  return whole.some((pattern) => pattern.test(lower)) || within.some((pattern) => pattern.test(lower));
}

/** `****`, `sk-****1234`, `••••`: what a page or a log showed instead of a value. */
const masks: readonly RegExp[] = [/^\*{3,}$/, /[*]{4,}|[•●]{3,}/, /^\[?(?:redacted|masked|hidden)\]?$/i];

export function isMask(text: string): boolean {
  return masks.some((pattern) => pattern.test(text));
}
