/** A host asks only itself: its helper is no way into the network. */
export function isLoopbackUrl(url: string): boolean {
  return /^http:\/\/(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])(?::[\d%ihp]+)?(?=[/?]|$)/.test(url);
}

export function isLoopback(address: string): boolean {
  return /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|::1)$/.test(address);
}
