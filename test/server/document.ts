import { expect } from "vitest";
import { z } from "zod";

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** As /v1/openapi.json has it. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Given {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** An answer has the form that the document promises for its route and status; at no route, that of a failure. */
export function checkAnswer(document: Document, { method, path, status, body, text }: Given): void {
  const operation = operationAt(document, path)?.[method.toLowerCase()];
  if (operation === undefined) {
    if (typeof body === "object") expect(schemaOf(document, failure).safeParse(body).error).toBeUndefined();
    return;
  }
  const response = operation.responses[String(status)] ?? operation.responses["default"];
  if (status < 300) expect(operation.responses, `${path} ${status}`).toHaveProperty(String(status));
  const schema = response?.content?.["application/json"]?.schema;
  if (schema === undefined) expect(text).toBe("");
  else expect(schemaOf(document, schema).safeParse(body).error, `${path} ${status} ${text}`).toBeUndefined();
}

const failure = { $ref: "#/components/schemas/Failure" };

/** The pattern with the fewest holes wins. */
function operationAt({ paths }: Document, path: string): Readonly<Record<string, Operation>> | undefined {
  const bare = path.split("?")[0] ?? "";
  const fitting = Object.keys(paths).filter((pattern) => {
    const parts = pattern.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join("[^/]+")}$`).test(bare);
  });
  return paths[fitting.toSorted((a, b) => a.split("{").length - b.split("{").length)[0] ?? ""];
}

/** JSON Schema has its definitions elsewhere than OpenAPI. */
function schemaOf({ components }: Document, schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
}
