import { createContext, use } from "react";
import { ApiFailure, unreachable } from "./failure.ts";
import type { Routes, Schemas } from "./schema.ts";

type Route = keyof Routes;

interface Asking<R extends Route> {
  readonly params?: Routes[R]["params"];
  readonly query?: Routes[R]["query"];
  readonly body?: Routes[R]["body"];
}

/** The server, by the routes of its document. Throws `ApiFailure` for whatever is no answer. */
export interface Api {
  ask<R extends Route>(route: R, asking?: Asking<R>): Promise<Routes[R]["answer"]>;
}

/** The session's form token goes with each request that changes something. */
export function makeApi(formToken: () => string | undefined): Api {
  return {
    ask: async (route, { params, query, body } = {}) => {
      const [method = "", pattern = ""] = route.split(" ");
      const answer = await fetch(`${pathOf(pattern, params)}${queryOf(query)}`, {
        method,
        headers: headersOf(method, formToken()),
        body: body === undefined ? null : JSON.stringify(body),
      }).catch(() => {
        throw unreachable();
      });
      if (!answer.ok) throw await failureOf(answer);
      return answer.status === 204 ? undefined : answer.json();
    },
  };
}

const context = createContext<Api | undefined>(undefined);
export const ApiProvider = context.Provider;

export function useApi(): Api {
  const api = use(context);
  if (api === undefined) throw new Error("there is no api around this");
  return api;
}

function pathOf(pattern: string, params: object = {}): string {
  const values = new Map(Object.entries(params));
  return pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
}

function queryOf(query: object = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one: unknown) => [name, String(one)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

function headersOf(method: string, formToken: string | undefined): Record<string, string> {
  if (method === "GET") return {};
  return { "content-type": "application/json", ...(formToken === undefined ? {} : { "x-form-token": formToken }) };
}

async function failureOf(answer: Response): Promise<ApiFailure> {
  const body = (await answer.json().catch(() => undefined)) as Schemas["Failure"] | undefined;
  return body?.error === undefined ? unreachable() : new ApiFailure(answer.status, body.error);
}
