/** An API key and its secret, as LiveKit's configuration has them. Several may be valid at once. */
export interface LivekitKeyPair {
  readonly key: string;
  readonly secret: string;
}
