import { AppError } from "#kernel";

interface Asking<Shown, Begun> {
  /** what the server would do now, and what stands for it */
  readonly look: () => Promise<Shown & { readonly digest: string }>;
  readonly confirm: (shown: Shown) => Promise<boolean>;
  /** there is nothing to confirm */
  readonly isIdle?: (shown: Shown) => boolean;
  /** PLAN_CHANGED where it would do something else by now */
  readonly begin: (expected: string) => Promise<Begun>;
}

export type Confirmed<Shown, Begun> =
  | { readonly kind: "cancelled"; readonly shown: Shown }
  | { readonly kind: "nothing"; readonly shown: Shown }
  | { readonly kind: "begun"; readonly shown: Shown; readonly begun: Begun };

/** What changes faster than it is confirmed is left to a person. */
const most = 3;

/** Nothing is begun that was not shown: what has changed since then is shown and asked anew. */
export async function confirmed<Shown, Begun>(asking: Asking<Shown, Begun>): Promise<Confirmed<Shown, Begun>> {
  for (let count = 1; ; count += 1) {
    const shown = await asking.look();
    if (asking.isIdle?.(shown) === true) return { kind: "nothing", shown };
    if (!(await asking.confirm(shown))) return { kind: "cancelled", shown };
    try {
      return { kind: "begun", shown, begun: await asking.begin(shown.digest) };
    } catch (error) {
      const hasChanged = error instanceof AppError && error.code === "PLAN_CHANGED";
      if (!hasChanged || count === most) throw error;
    }
  }
}
