import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { buildMatcher, createMask, maskWith, type Matcher, type Secret } from "#leak";
import { encodedForms } from "../../src/leak/encodings.ts";

const secret = (name: string, value: Uint8Array | string): Secret => ({ name, value: Sensitive.of(value) });

function masked(secrets: readonly Secret[] | Matcher, chunks: readonly Uint8Array[]): Buffer {
  const mask = maskWith("unsearchable" in secrets ? secrets : buildMatcher(secrets));
  return Buffer.concat([...chunks.map((chunk) => mask.write(chunk)), mask.end()]);
}

/** cut at the places given, in any order */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const value = "p4ss/word+'\"<&>$`\\ ü€ end";

test("every encoding of a value is masked, cut at every single place", () => {
  const matcher = buildMatcher([secret("NAME", value)]);
  for (const { encoding, bytes } of encodedForms(Buffer.from(value))) {
    const text = Buffer.concat([Buffer.from("before "), bytes, Buffer.from(" after")]);
    for (let place = 0; place <= text.length; place += 1) {
      const output = masked(matcher, cut(text, [place])).toString("latin1");
      expect(output, `${encoding} cut at ${place}`).toBe("before [NAME] after");
    }
  }
});

test("any bytes of eight or more are masked in each of their forms, over any writes", () => {
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 60 });
  fc.assert(
    fc.property(bytes, fc.nat(), fc.array(fc.nat(), { maxLength: 8 }), (bytes, which, places) => {
      const forms = encodedForms(bytes);
      if (forms.length === 0) return;
      const form = forms[which % forms.length]?.bytes ?? bytes;
      const text = Buffer.concat([Buffer.from("(("), form, Buffer.from("))")]);
      const output = masked([secret("N", bytes)], cut(text, places));
      expect(output.toString("latin1")).toBe("(([N]))");
    }),
    { numRuns: 500 },
  );
});

test("text without a value passes byte for byte", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(), { maxLength: 8 }), (text, places) => {
      expect(masked([secret("N", "correct-horse-battery")], cut(text, places))).toEqual(Buffer.from(text));
    }),
  );
});

test("what comes out does not depend on the writes, also when values overlap or begin alike", () => {
  const letters = fc.array(fc.constantFrom("a", "b"), { minLength: 8, maxLength: 12 }).map((list) => list.join(""));
  const text = fc.array(fc.constantFrom("a", "b"), { maxLength: 80 }).map((list) => Buffer.from(list.join("")));
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 4 }), text, fc.array(fc.nat()), (values, text, places) => {
      const secrets = buildMatcher(values.map((value, index) => secret(`S${index}`, value)));
      const output = masked(secrets, cut(text, places)).toString();
      expect(output).toBe(masked(secrets, [text]).toString());
      for (const value of values) expect(output).not.toContain(value);
    }),
    { numRuns: 500 },
  );
});

test("values that overlap leave nothing of either", () => {
  const secrets = [secret("LEFT", "abcdefghij"), secret("RIGHT", "ghijklmnop")];
  expect(masked(secrets, [Buffer.from("<abcdefghijklmnop>")]).toString()).toBe("<[LEFT]>");
});

test("of two values that begin alike the longer one is taken, whatever the writes", () => {
  const secrets = [secret("SHORT", "abcdefgh"), secret("LONG", "abcdefghijkl")];
  const chunks = ["abcdefgh", "ijkl abcdefgh", "i"].map((text) => Buffer.from(text));
  expect(masked(secrets, chunks).toString()).toBe("[LONG] [SHORT]i");
});

test("only what may still begin a value is held back", () => {
  const mask = createMask([secret("KEY", "sk-live-0123456789")]);
  expect(Buffer.from(mask.write(Buffer.from("a prompt> "))).toString()).toBe("a prompt> ");
  expect(Buffer.from(mask.write(Buffer.from("say sk-li"))).toString()).toBe("say ");
  expect(Buffer.from(mask.write(Buffer.from("ne "))).toString()).toBe("sk-line ");
  expect(Buffer.from(mask.write(Buffer.from("sk-live-"))).toString()).toBe("");
  expect(Buffer.from(mask.end()).toString()).toBe("sk-live-");
});

test("a base64 text is masked where it holds a value, at each alignment", () => {
  for (const before of ["", "u", "us", "use", "user:"]) {
    const text = Buffer.from(`${before}correct-horse-battery`).toString("base64");
    const output = masked([secret("N", "correct-horse-battery")], [Buffer.from(text)]).toString();
    expect(output, before).toMatch(/\[N\]$/);
    expect(output.length, before).toBeLessThan(before.length * 2 + 6);
  }
});

test("a key file is masked as a whole, with a terminal's line ends, and line by line", () => {
  const body = [
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    "MzEfYyjiWA4R4ypbHqGC0H0+4wEXAMPLE",
  ];
  const pem = `-----BEGIN PRIVATE KEY-----\n${body.join("\n")}\n-----END PRIVATE KEY-----\n`;
  const secrets = [secret("PEM", pem)];
  expect(masked(secrets, [Buffer.from(pem)]).toString()).toBe("[PEM]\n");
  expect(masked(secrets, [Buffer.from(pem.trimEnd())]).toString()).toBe("[PEM]");
  expect(masked(secrets, [Buffer.from(pem.replaceAll("\n", "\r\n"))]).toString()).toBe("[PEM]\r\n");
  expect(masked(secrets, [Buffer.from(`log: ${body[0]}!`)]).toString()).toBe("log: [PEM]!");
  expect(masked(secrets, [Buffer.from("-----BEGIN PRIVATE KEY-----")]).toString()).toBe("-----BEGIN PRIVATE KEY-----");
  const wrapped = Buffer.from(pem).toString("base64").replace(/.{76}/g, "$&\n");
  expect(masked(secrets, [Buffer.from(wrapped)]).toString()).toBe("[PEM]");
});

test("a value that is wrapped or coloured on the way is masked, cut at every single place", () => {
  const secrets = buildMatcher([secret("KEY", "sk-live-0123456789abcdef")]);
  const shapes = [
    "sk-live-0123\r\n456789abcdef",
    "sk-l\nive-0123456789a\nbcdef",
    "s\u001b[1;31mk-live\u001b(B\u001b[m-0123456789abcdef",
  ];
  for (const shape of shapes) {
    const text = Buffer.from(`\u001b[32m> ${shape}\u001b[0m\n.`);
    for (let place = 0; place <= text.length; place += 1) {
      const output = masked(secrets, cut(text, [place])).toString();
      expect(output, `${JSON.stringify(shape)} cut at ${place}`).toBe("\u001b[32m> [KEY]\u001b[0m\n.");
    }
  }
});

test("a value of several lines is masked when its line ends are gone or elsewhere, cut at every single place", () => {
  const secrets = buildMatcher([secret("LINES", "first line of it\nsecond line of it\n")]);
  for (const text of ["first line of itsecond line of it", "first line of itsecond\n line of it"].map((t) =>
    Buffer.from(t),
  )) {
    for (let place = 0; place <= text.length; place += 1) {
      expect(masked(secrets, cut(text, [place])).toString(), `cut at ${place}`).toBe("[LINES]");
    }
  }
});

test("colours and line ends of other text pass, and a line is shown with its end", () => {
  const mask = createMask([secret("KEY", "sk-live-0123456789")]);
  for (const line of ["\u001b[1mbold\u001b[0m lines\n", "ends like s\r\n", "and ask\n"]) {
    expect(Buffer.from(mask.write(Buffer.from(line))).toString()).toBe(line);
  }
});

test("what comes out does not depend on the writes, with escapes and line ends in it", () => {
  const piece = fc.constantFrom("a", "b", "1", "m", "\n", "\u001b", "[", "\u001b[1m", "\u001b[", "(", "m1ab1mab");
  const text = fc.array(piece, { maxLength: 60 }).map((list) => Buffer.from(list.join("")));
  const value = fc.array(fc.constantFrom("a", "b", "1", "m", "[", "\n", "\u001b"), { minLength: 8, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), text, fc.array(fc.nat()), (values, text, places) => {
      const all = ["m1ab1mab", "m1ab1mab\nm1ab1mab", ...values.map((list) => list.join(""))];
      const secrets = buildMatcher(all.map((value) => secret("S", value)));
      expect(masked(secrets, cut(text, places)).toString()).toBe(masked(secrets, [text]).toString());
    }),
    { numRuns: 2000 },
  );
});

test("where somebody types, at most three bytes of a value are shown, however it comes", () => {
  const matcher = buildMatcher([secret("KEY", "sk-live-0123456789abcdef")]);
  const text = Buffer.from("say sk-live-0123456789abcdef, and sk-live-0123\r\n456789abcdef.");
  const typed = (chunks: readonly Uint8Array[]) => {
    const mask = maskWith(matcher, { heldFrom: 4 });
    return Buffer.concat([...chunks.map((chunk) => mask.write(chunk)), mask.end()]).toString();
  };
  expect(typed([text])).toBe("say [KEY], and [KEY].");
  expect(typed(Array.from(text, (byte) => Uint8Array.of(byte)))).toBe("say sk-[KEY], and sk-[KEY].");
  for (let place = 0; place <= text.length; place += 1) {
    expect(typed(cut(text, [place])), `${place}`).toMatch(/^say (?:sk-|sk|s|)\[KEY\], and (?:sk-|sk|s|)\[KEY\]\.$/);
  }
});

test("where somebody types, each letter comes at once", () => {
  const mask = maskWith(buildMatcher([secret("KEY", "sk-live-0123456789abcdef")]), { heldFrom: 4 });
  for (const letter of "ask a skilled sk-")
    expect(Buffer.from(mask.write(Buffer.from(letter))).toString()).toBe(letter);
  expect(Buffer.from(mask.write(Buffer.from("l"))).toString()).toBe("");
});

test("where somebody types, an escape behind a letter or two is shown at once: a terminal may be asked something by it", () => {
  const mask = maskWith(buildMatcher([secret("KEY", "sk-live-0123456789abcdef")]), { heldFrom: 4 });
  const shown = (text: string) => Buffer.from(mask.write(Buffer.from(text))).toString();
  for (const text of ["name: s\u001b[6n", "\u001b[32ms\u001b[0m", "\u001b[32mk\u001b[0m"])
    expect(shown(text)).toBe(text);
  expect(shown("-live-0123456789abcdef.")).toBe("[KEY].");
});

test("a coloured value that is wrapped behind its first bytes is masked from the next line on, cut at every single place", () => {
  const matcher = buildMatcher([secret("KEY", "sk-live-0123456789abcdef")]);
  for (const first of ["s", "sk", "sk-"]) {
    for (const end of ["\u001b[0m\r\n\u001b[31m", "\n\u001b[31m", "\u001b[0m\n"]) {
      const text = Buffer.from(`> ${first}${end}${"sk-live-0123456789abcdef".slice(first.length)}.`);
      const shown = `> ${first}${end.slice(0, end.indexOf("\n") + 1)}[KEY].`;
      for (let place = 0; place <= text.length; place += 1) {
        expect(masked(matcher, cut(text, [place])).toString(), `${JSON.stringify(end)} cut at ${place}`).toBe(shown);
      }
      const long = Buffer.concat([Buffer.alloc(2000, "."), text]);
      expect(masked(matcher, [long]).toString(), JSON.stringify(end)).toBe(`${".".repeat(2000)}${shown}`);
    }
  }
});

test("up to 256 bytes of escapes may stand between two bytes of a value, wherever the writes end", () => {
  const matcher = buildMatcher([secret("NAME", "abcdefgh-7319")]);
  const text = (count: number) => Buffer.from(`> abcde${"\u001b[0m".repeat(count)}fgh-7319 <`);
  for (const places of [[], [7], [9, 100, 200], [263], Array.from({ length: 280 }, (_, at) => at)]) {
    expect(masked(matcher, cut(text(64), places)).toString("latin1")).toBe("> [NAME] <");
    expect(masked(matcher, cut(text(65), places)).equals(text(65))).toBe(true);
  }
});
