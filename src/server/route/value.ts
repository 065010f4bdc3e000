import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "#kernel";
import {
  generateValues,
  importValues,
  previewGenerate,
  previewImport,
  setValue,
  setValues,
  type ImportRequest,
} from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import {
  dotenvText,
  generatePreview,
  generateRequest,
  generated,
  imported,
  importPreview,
  nameParameters,
  newValue,
  newValues,
  previewedNames,
  setResult,
  setResults,
} from "../schema/value.ts";
import { scopeOf, valueOf, type Place } from "./sent-value.ts";

const all = "/v1/environments/{environment}/secrets";

/** New versions of values. They come in, and no answer has one. */
export function valueRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  setRoutes(app, installation);
  importRoutes(app, installation);
  generateRoutes(app, installation);
}

function setRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const one = {
    method: "put",
    path: `${all}/{name}`,
    summary: "a new version of a value",
    params: nameParameters,
    body: newValue,
    answer: setResult,
  } as const;
  answer(app, one, ({ params: { environment, name }, body, exchange }) => {
    const { undeclared = false, asIs = false, origin = "api", line = false } = body;
    const read = async (exact: boolean) => ({ value: valueOf(body, line && !exact), origin });
    const set = { name, scope: scopeOf(body), read, undeclared, asIs };
    return asCaller(installation, exchange, (context) => setValue(context, set), environment);
  });
  const several = {
    method: "put",
    path: all,
    summary: "new versions of several values, all or none",
    params: environmentParameter,
    body: newValues,
    answer: setResults,
  } as const;
  answer(app, several, async ({ params: { environment }, body, exchange }) => {
    const values = body.values.map((one) => ({ name: one.name, scope: scopeOf(one), value: valueOf(one) }));
    const set = { values, origin: "api" };
    return { values: await asCaller(installation, exchange, (context) => setValues(context, set), environment) };
  });
}

function importRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const take = {
    method: "post",
    path: `${all}/import`,
    summary: "takes values over from the text of a dotenv file; what does not fit is refused, the rest is kept",
    params: environmentParameter,
    body: dotenvText,
    answer: imported,
  } as const;
  answer(app, take, ({ params: { environment }, body, exchange }) =>
    asCaller(installation, exchange, (context) => importValues(context, importOf(body)), environment),
  );
  const preview = {
    ...take,
    path: `${all}/import/preview`,
    summary: "what an import would do, name by name; keeps nothing",
    answer: importPreview,
  } as const;
  answer(app, preview, ({ params: { environment }, body, exchange }) =>
    asCaller(installation, exchange, (context) => previewImport(context, importOf(body)), environment),
  );
}

function generateRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const make = {
    method: "post",
    path: `${all}/generate`,
    summary: "makes values by the contracts' rules",
    params: environmentParameter,
    body: generateRequest,
    answer: generated,
  } as const;
  answer(app, make, async ({ params: { environment }, body, exchange }) => {
    const { names = [], newVersion = false, missing = false } = body;
    if (names.length === 0 && !missing) throw new AppError("REQUEST_INVALID", "nothing was named to generate");
    const request = { names, newVersion, missing };
    return { values: await asCaller(installation, exchange, (at) => generateValues(at, request), environment) };
  });
  const preview = {
    ...make,
    path: `${all}/generate/preview`,
    summary: "by which rules values would be made; makes none",
    body: previewedNames,
    answer: generatePreview,
  } as const;
  answer(app, preview, async ({ params: { environment }, body: { names }, exchange }) => ({
    values: await asCaller(installation, exchange, (context) => previewGenerate(context, names), environment),
  }));
}

function importOf(
  body: Place & { readonly text: string; readonly names?: readonly string[] | undefined },
): ImportRequest {
  const from = { kind: "text", bytes: Buffer.from(body.text, "utf8"), origin: "api" } as const;
  return { from, scope: scopeOf(body), ...(body.names === undefined ? {} : { names: body.names }) };
}
