import { once } from "node:events";
import { createServer } from "node:http";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { bearerGuard, matchBearer, matchSecret } from "@keyturn/sdk";

const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}$/);

test("any token of the list is accepted, and it is told which", () => {
  fc.assert(
    fc.property(fc.uniqueArray(token, { minLength: 1, maxLength: 5 }), fc.nat(), (tokens, pick) => {
      const index = pick % tokens.length;
      expect(matchBearer(tokens, `Bearer ${tokens[index]}`)).toEqual({ kind: "accepted", index });
    }),
  );
});

test("no other text is accepted, however near", () => {
  fc.assert(
    fc.property(token, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (secret, at, char) => {
      const place = at % secret.length;
      const changed = secret.slice(0, place) + char + secret.slice(place + 1);
      fc.pre(changed !== secret);
      for (const text of [changed, secret.slice(1), `${secret}x`]) {
        expect(matchSecret([secret, undefined, ""], text)).toEqual({ kind: "refused" });
      }
    }),
  );
});

test.each([undefined, "", "Bearer", "Bearer ", "Basic s3cret", "s3cret", "Bearer s3cret s3cret", "xBearer s3cret"])(
  "the header %j opens nothing",
  (header) => {
    expect(matchBearer("s3cret", header)).toEqual({ kind: "refused" });
  },
);

test("the scheme may be written in any case", () => {
  expect(matchBearer("s3cret", "bearer  s3cret")).toEqual({ kind: "accepted", index: 0 });
});

test.each([{ list: [] }, { list: [undefined, ""] }, { list: "" }])("a guard of $list can't be made", ({ list }) => {
  expect(() => bearerGuard(list)).toThrow(expect.objectContaining({ code: "key-missing" }));
  expect(() => matchSecret(list, "")).toThrow(expect.objectContaining({ code: "key-missing" }));
});

test("a guard answers what it refuses, and lets pass the present token and the one before", async () => {
  const guard = bearerGuard(["present", "previous"]);
  const server = createServer((request, response) => {
    if (guard(request, response)) response.end("inside");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: "x" });
    return [answer.status, answer.headers.get("www-authenticate"), await answer.text()];
  };
  expect(await ask("Bearer present")).toEqual([200, null, "inside"]);
  expect(await ask("Bearer previous")).toEqual([200, null, "inside"]);
  for (const refused of [undefined, "Bearer other", "present"]) expect(await ask(refused)).toEqual([401, "Bearer", ""]);
});
