import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyTwilioRequest } from "@keyturn/sdk";

/** https://www.twilio.com/docs/usage/security#validating-requests */
const published = {
  url: "https://mycompany.com/myapp.php?foo=1&bar=2",
  body: "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
  signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
};

function sign(token: string, text: string): string {
  return createHmac("sha1", token).update(text).digest("base64");
}

describe("a form", () => {
  test("is known by the published signature", () => {
    expect(verifyTwilioRequest("12345", published)).toEqual({ kind: "accepted", index: 0 });
    expect(verifyTwilioRequest("12346", published)).toEqual({ kind: "refused" });
    expect(verifyTwilioRequest("12345", { ...published, signature: undefined })).toEqual({ kind: "refused" });
  });

  test("may have its fields in any order", () => {
    const body = published.body.split("&").toReversed().join("&");
    expect(verifyTwilioRequest("12345", { ...published, body }).kind).toBe("accepted");
  });

  test("is taken under the present and the other token, and it is told which", () => {
    expect(verifyTwilioRequest(["other", "12345"], published)).toEqual({ kind: "accepted", index: 1 });
    expect(verifyTwilioRequest(["12345", undefined], published)).toEqual({ kind: "accepted", index: 0 });
    expect(verifyTwilioRequest(["other", undefined], published)).toEqual({ kind: "refused" });
    expect(() => verifyTwilioRequest([undefined, ""], published)).toThrow(
      expect.objectContaining({ code: "key-missing" }),
    );
  });

  test("that has a name twice has each of its values once, in order", () => {
    const url = "https://a.example/x";
    const signature = sign("t", `${url}A2M1M2`);
    expect(verifyTwilioRequest("t", { url, body: "M=2&A=2&M=1&M=2", signature }).kind).toBe("accepted");
  });

  test("is refused when any byte of body, URL or signature is another", () => {
    const parts = ["url", "body", "signature"] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.constantFrom(...Array.from("abcXYZ019")),
        (part, at, char) => {
          const text = published[part];
          const place = at % text.length;
          const changed = { ...published, [part]: text.slice(0, place) + char + text.slice(place + 1) };
          // %2b and %2B are the same byte
          fc.pre(changed[part] !== text && (part !== "body" || !isSameForm(changed.body)));
          expect(verifyTwilioRequest("12345", changed)).toEqual({ kind: "refused" });
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the URL", () => {
  const signed = [
    ["https://a.example/x", "https://a.example:443/x"],
    ["https://a.example:443/x?a=b:1", "https://a.example/x?a=b:1"],
    ["https://a.example:8443/x", "https://a.example/x"],
    ["http://http/x", "http://http:80/x"],
    ["https://a.example", "https://a.example:443"],
    ["https://a.example?y=1", "https://a.example:443?y=1"],
  ] as const;

  test.each(signed)("%s is known when %s was signed", (url, asSigned) => {
    expect(verifyTwilioRequest("t", { url, body: "", signature: sign("t", asSigned) }).kind).toBe("accepted");
  });

  test.each([
    ["https://a.example/x", "https://a.example:8443/x"],
    ["https://a.example/x", "http://a.example/x"],
    ["https://a.example/x", "https://b.example/x"],
  ])("%s is not known when %s was signed", (url, asSigned) => {
    expect(verifyTwilioRequest("t", { url, body: "", signature: sign("t", asSigned) }).kind).toBe("refused");
  });
});

describe("a JSON body", () => {
  const body = '{"status":"sent"}';
  const hash = createHash("sha256").update(body).digest("hex");

  test("is known by its digest in the URL, which alone is signed", () => {
    const url = `https://a.example/x?q=1&bodySHA256=${hash}`;
    const signature = sign("t", url);
    expect(verifyTwilioRequest(["other", "t"], { url, body, signature })).toEqual({ kind: "accepted", index: 1 });
    expect(verifyTwilioRequest("t", { url, body: Buffer.from(body), signature }).kind).toBe("accepted");
    expect(verifyTwilioRequest("t", { url, body: `${body} `, signature }).kind).toBe("refused");
  });

  test("is refused under a digest that nobody signed", () => {
    const url = "https://a.example/x";
    const signature = sign("t", url);
    expect(verifyTwilioRequest("t", { url: `${url}?bodySHA256=${hash}`, body, signature }).kind).toBe("refused");
    const empty = `${url}?bodySHA256=`;
    expect(verifyTwilioRequest("t", { url: empty, body, signature: sign("t", empty) }).kind).toBe("refused");
  });
});

function isSameForm(body: string): boolean {
  return new URLSearchParams(body).toString() === new URLSearchParams(published.body).toString();
}
