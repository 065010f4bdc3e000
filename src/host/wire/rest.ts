import type { Stream } from "./talk.ts";

/** Keeps a stream for the next call: another login, sudo and start of the helper cost 0.1 s of a processor. */
export interface Rest {
  take(): Stream | undefined;
  keep(stream: Stream): void;
  /** Ends what rests, if anything does. */
  end(): void;
  /** The same, and nothing rests any more. */
  close(): void;
}

/** Nothing is locked meanwhile; an operator who reads the plan first holds no session for longer. Milliseconds. */
const longest = 20_000;

export function createRest(): Rest {
  let closed = false;
  let resting: { readonly stream: Stream; readonly timer: NodeJS.Timeout } | undefined;
  const take = (): Stream | undefined => {
    const { stream, timer } = resting ?? {};
    resting = undefined;
    clearTimeout(timer);
    return stream?.isOpen() ? stream : undefined;
  };
  const end = (): void => take()?.end();
  return {
    take,
    keep(stream) {
      end();
      if (closed) stream.end();
      else resting = { stream, timer: setTimeout(end, longest) };
    },
    end,
    close() {
      closed = true;
      end();
    },
  };
}
