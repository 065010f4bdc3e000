export type Tone = "good" | "warn" | "bad" | "plain";

/** Text on its ground. */
export const grounds: Readonly<Record<Tone, string>> = {
  good: "bg-good-ground text-good",
  warn: "bg-warn-ground text-warn",
  bad: "bg-bad-ground text-bad",
  plain: "bg-raised text-quiet",
};

export const texts: Readonly<Record<Tone, string>> = {
  good: "text-good",
  warn: "text-warn",
  bad: "text-bad",
  plain: "text-quiet",
};
