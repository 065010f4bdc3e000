/** As docs/events.md has them: each kind has fields of its own. */
export interface ToldEvent {
  readonly kind: string;
  /** ms since it began */
  readonly elapsed: number;
  readonly [field: string]: unknown;
}

interface Listener {
  readonly onEvent: (event: ToldEvent) => void;
  /** the next event is the first one: those before are told again, or were another worker's */
  readonly onAnew: () => void;
  /** nothing comes for a while: the server may be away, or refuse */
  readonly onLost: () => void;
  /** there is no more for now */
  readonly onEnd: () => void;
}

/** ms */
const pause = 3000;

/** Server-sent events, until the end or until the returned function is called. */
export function listen(path: string, { onEvent, onAnew, onLost, onEnd }: Listener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let log: string | undefined;
  const open = (): void => {
    log = undefined;
    source = new EventSource(path);
    source.addEventListener("message", ({ data, lastEventId }) => {
      const own = lastEventId.replace(/-\d+$/, "");
      if (own !== log) onAnew();
      log = own;
      onEvent(JSON.parse(String(data)) as ToldEvent);
    });
    source.addEventListener("end", () => {
      source?.close();
      onEnd();
    });
    source.addEventListener("error", () => {
      // a browser comes again by itself where a connection was lost, and not where the answer was none of events
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pause);
      onLost();
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
