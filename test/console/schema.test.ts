import { expect, test } from "vitest";
import { askAt, startServer } from "../server/fixture.ts";
import { schemaText, type ApiDocument } from "./schema-text.ts";

test("the console's types are those of the server's document", async () => {
  const { served } = await startServer();
  const { body } = await askAt(served.address, "/v1/openapi.json", {});
  await expect(schemaText(body as ApiDocument)).toMatchFileSnapshot("../../console/src/api/schema.ts");
});
