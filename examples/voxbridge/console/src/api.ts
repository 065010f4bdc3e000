import { brand } from "./brand.ts";

export interface Health {
  readonly status: string;
  readonly release: string | null;
  readonly queue: { readonly kind: string; readonly length: number };
}

export const api = {
  health: () => call<Health>("GET", "/health"),
  me: () => call<{ readonly email: string }>("GET", "/auth/me"),
  queueCall: () => call<{ readonly id: string }>("POST", "/queue/calls", { durationMs: 1000 }),
  login: async (email: string, password: string) => {
    const answer = await call<{ readonly token: string }>("POST", "/auth/login", { email, password });
    if (answer !== undefined) localStorage.setItem(brand.tokenKey, answer.token);
    return answer !== undefined;
  },
  logout: () => localStorage.removeItem(brand.tokenKey),
};

/** The answer's body, undefined when the backend refused or can't be reached. */
async function call<T>(method: string, path: string, body?: unknown): Promise<T | undefined> {
  const token = localStorage.getItem(brand.tokenKey);
  try {
    const answer = await fetch(brand.apiUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
