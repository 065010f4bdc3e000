/** Behind # it goes to no server when it is opened. */
export function setupLink(secret: string): string {
  return `${location.origin}/#setup=${secret}`;
}
