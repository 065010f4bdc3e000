/** Text of the manifest or of a failure, safe to draw: what moves a cursor or turns the direction is a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, " ");
}
