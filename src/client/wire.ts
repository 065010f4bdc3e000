import type { Readable } from "node:stream";

/** The way to a server: requests go out, answers come back, whatever they mean. */
export interface Wire {
  /** of the server, for people */
  readonly name: string;
  /** what was begun goes on there when the connection is lost, and whoever comes again finds it */
  readonly lasting: boolean;
  /**
   * SERVER_UNREACHABLE, or a more precise code, when no answer comes; the signal's reason when it aborts. Several may be at
   * work at once.
   */
  send(request: WireRequest): Promise<WireAnswer>;
  close(): Promise<void>;
}

export interface WireRequest {
  readonly method: string;
  /** with the query */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal?: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** fails like `send` when the connection is lost */
  readonly body: Readable;
}
