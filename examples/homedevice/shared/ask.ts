/** What another service answered; status 0 when it did not. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export async function ask(
  url: string,
  init: {
    readonly method: "GET" | "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  },
): Promise<Reply> {
  const body = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
  const headers = { ...init.headers, "content-type": "application/json" };
  try {
    const signal = AbortSignal.timeout(30_000);
    const answer = await fetch(url, { method: init.method, headers, ...body, redirect: "error", signal });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  } catch {
    return { status: 0, body: undefined };
  }
}

/** `choices.0.message` is message in the first of choices; undefined where there is none. */
export function member(body: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, name) => {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }, body);
}
