/** What is told of a drain that was not seen to its end: the instance is restarted all the same. */
export const drainNotes = {
  busy: "still busy at its limit, restarted all the same",
  unheard: "it did not say whether it is idle, restarted at the limit",
  unasked: "it did not take the request to drain, restarted all the same",
} as const;

export type DrainNote = keyof typeof drainNotes;

export function isDrainNote(word: string): word is DrainNote {
  return Object.hasOwn(drainNotes, word);
}
