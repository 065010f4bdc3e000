import { provePassword, type LoginRequest } from "../account/log-in.ts";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { revealValue, type Revealed, type RevealRequest } from "./reveal.ts";

export interface RevealAgainRequest extends RevealRequest {
  /** of the account that asks */
  readonly login: LoginRequest;
}

/** As {@link revealValue}, for whoever knows the account's password now: an open session alone gives no value away. */
export async function revealToAccount(context: Context, { login, ...request }: RevealAgainRequest): Promise<Revealed> {
  demand(context, "admin");
  await provePassword(context, login);
  return revealValue(context, request);
}
