import type { IncomingMessage, ServerResponse } from "node:http";
import type { AcceptedSecret } from "./accepts.ts";
import { bearerOf, unauthorized } from "./bearer.ts";
import type { Slot } from "./slot.ts";

export interface GuardOptions {
  /** the header that has the bare secret; without it `Authorization: Bearer SECRET` is read */
  readonly header?: string;
}

/** A request that a guard let pass says which value it came with. */
export interface Guarded {
  acceptedAs?: Slot;
}

/** For node:http: which value was presented, also as `request.acceptedAs`; undefined when the request has been answered with 401. */
export function secretGuard(
  secret: AcceptedSecret,
  { header = "authorization" }: GuardOptions = {},
): (request: IncomingMessage & Guarded, response: ServerResponse) => Slot | undefined {
  const name = header.toLowerCase();
  return (request, response) => {
    const given = request.headers[name];
    const slot = secret.check(
      presented(name, typeof given === "string" ? given : undefined),
      request.socket.remoteAddress,
    );
    if (slot === undefined) response.writeHead(401, unauthorized).end();
    else request.acceptedAs = slot;
    return slot;
  };
}

/** The same as middleware of Express, or of anything that calls it in this way. */
export function expressGuard(
  secret: AcceptedSecret,
  options: GuardOptions = {},
): (request: IncomingMessage & Guarded, response: ServerResponse, next: () => void) => void {
  const guard = secretGuard(secret, options);
  return (request, response, next) => {
    if (guard(request, response) !== undefined) next();
  };
}

/** What the header of that name has to compare with. */
export function presented(header: string, value: string | undefined): string | undefined {
  return header === "authorization" ? bearerOf(value) : value;
}
