import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { put } from "../operation/make-context.ts";
import type { Document } from "./document.ts";
import { askAt, startServer } from "./fixture.ts";

test("the document lists every route, and docs/api.md shows each with its summary", async () => {
  const { served } = await startServer();
  const { body } = await askAt(served.address, "/v1/openapi.json", {});
  const document = body as Document & { readonly openapi: string };
  expect(document.openapi).toMatch(/^3\.1/);
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => `${method.toUpperCase()} ${path} ${(operation as { summary?: string }).summary ?? ""}`,
    ),
  );
  const page = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
  const shown = [...page.matchAll(/^\| `([A-Z]+) (\/v1[^`]*)` \| ([^|]*) \|/gm)].map(
    ([, method, path, summary]) => `${method} ${path} ${summary?.trim()}`,
  );
  expect(shown.toSorted()).toEqual([...listed, "GET /v1/openapi.json this API, as OpenAPI 3.1"].toSorted());
});

test("every read of an environment answers in its form, with the store's names and without a value", async () => {
  const server = await startServer();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const token = await server.token("local:viewer");
  for (const verb of ["status", "plan", "drift", "secrets", "rollouts", "audit"]) {
    const answer = await server.ask(`/v1/environments/local/${verb}`, { token });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).not.toContain("planted-value");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
  const { body } = await server.ask("/v1/environments/local/secrets", { token });
  expect(body.secrets).toMatchObject([
    { name: "SHARED_SECRET", version: 1, sensitive: true, ungranted: ["api", "web"] },
  ]);
  const part = await server.ask("/v1/environments/local/plan?part=web&part=api@here", { token });
  expect(part.body.plan.changes.map(({ target }: { target: string }) => target)).toEqual(["api@here", "web@here"]);
  const { body: newest } = await server.ask("/v1/environments/local/audit?limit=1&subject=SHARED_SECRET", { token });
  expect(newest.entries).toMatchObject([{ action: "value.set", subject: "SHARED_SECRET" }]);
  expect(server.log.join("")).not.toContain("planted-value");
});
