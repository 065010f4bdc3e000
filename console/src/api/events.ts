/** As docs/events.md has them: each kind has fields of its own. */
export interface ToldEvent {
  readonly kind: string;
  /** ms since it began */
  readonly elapsed: number;
  readonly [field: string]: unknown;
}

interface Listener {
  readonly onEvent: (event: ToldEvent) => void;
  /** there is no more for now */
  readonly onEnd: () => void;
}

/** Server-sent events, until the end or until the returned function is called; the browser comes again by itself. */
export function listen(path: string, { onEvent, onEnd }: Listener): () => void {
  const source = new EventSource(path);
  source.addEventListener("message", ({ data }) => onEvent(JSON.parse(String(data)) as ToldEvent));
  source.addEventListener("end", () => {
    source.close();
    onEnd();
  });
  return () => source.close();
}
