import { prove, type Proof, type Visitor } from "../account/prove.ts";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { revealValue, type Revealed, type RevealRequest } from "./reveal.ts";

export interface RevealAgainRequest extends RevealRequest {
  readonly visitor: Visitor;
  readonly proof: Proof;
}

/** As {@link revealValue}, for whoever proves again who they are: an open session alone gives no value away. */
export async function revealToAccount(
  context: Context,
  { visitor, proof, ...request }: RevealAgainRequest,
): Promise<Revealed> {
  demand(context, "admin");
  await prove(context, visitor, proof);
  return revealValue(context, request);
}
