import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { formatTemplate, parseTemplate, resolveTemplate, type Referent, type Template } from "#contract";

function value(text: string, sensitive = false): Referent {
  return { kind: "value", value: Sensitive.of(text), sensitive };
}

function template(text: string): Referent {
  return { kind: "template", template: parseTemplate(text), sensitive: false };
}

function resolve(text: string, names: Readonly<Record<string, Referent>>) {
  return resolveTemplate(parseTemplate(text), { name: "SELF", lookup: (name) => names[name] });
}

function textOf(result: ReturnType<typeof resolve>): string {
  if (result.kind === "unresolved") throw new Error(JSON.stringify(result.findings));
  return result.value.reveal().toString("utf8");
}

describe("templates", () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("${", "$${", "$", "}", "${a-b}", "$$"));
  const part = fc.oneof(
    text.map((content) => ({ kind: "text" as const, text: content })),
    name.map((content) => ({ kind: "reference" as const, name: content })),
  );

  test("written and read again they are the same", () => {
    const apart = fc
      .array(part)
      .map((parts): Template => parts.filter((p, i) => p.kind === "reference" || parts[i - 1]?.kind !== "text"));
    // a dollar sign at the end of a text would join with the next reference: it is the one thing that can't be told apart
    const clear = apart.filter((parts) => {
      return !parts.some((p, i) => p.kind === "text" && p.text.endsWith("$") && parts[i + 1]?.kind === "reference");
    });
    fc.assert(
      fc.property(clear, (parts) => {
        expect(parseTemplate(formatTemplate(parts))).toEqual(parts);
      }),
    );
  });

  test("text without ${ is one part as it stands", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((content) => !content.includes("${")),
        (content) => {
          expect(parseTemplate(content)).toEqual([{ kind: "text", text: content }]);
        },
      ),
    );
  });

  test("$${ is the text ${, and what is no reference stays text", () => {
    expect(textOf(resolve("$${A} ${A:-b} ${ ${1}", {}))).toBe("${A} ${A:-b} ${ ${1}");
  });
});

describe("resolving", () => {
  test("puts values in, through other templates", () => {
    const names = { HOST: value("db"), PORT: value("5432"), BASE: template("${HOST}:${PORT}") };
    expect(textOf(resolve("postgres://${BASE}/app?h=${HOST}", names))).toBe("postgres://db:5432/app?h=db");
  });

  test("a stored value is bytes, never read as a template", () => {
    expect(textOf(resolve("${A}", { A: value("${B} $${C}"), B: value("no") }))).toBe("${B} $${C}");
    const raw = Sensitive.of(Uint8Array.from([0xff, 0xfe, 0]));
    const result = resolve("${A}", { A: { kind: "value", value: raw, sensitive: true } });
    expect(result.kind === "resolved" && result.value.equals(raw)).toBe(true);
  });

  test("one sensitive part, at any depth, makes the whole sensitive", () => {
    const names = { A: template("x${B}"), B: template("${C}"), C: value("s", true), D: value("d") };
    expect(resolve("${D}${A}", names)).toMatchObject({ kind: "resolved", sensitive: true });
    expect(resolve("${D}", names)).toMatchObject({ kind: "resolved", sensitive: false });
  });

  test("unknown names and circles are findings, all at once", () => {
    const names = { A: template("${B}"), B: template("${A}"), OWN: template("${SELF}") };
    const result = resolve("${A} ${NONE} ${OWN}", names);
    expect(result).toMatchObject({
      kind: "unresolved",
      findings: [
        { code: "reference-cycle", message: "reference goes in a circle: A → B → A" },
        { code: "reference-unknown", message: "SELF refers to NONE, which has no value here" },
        { code: "reference-cycle", message: "reference goes in a circle: SELF → OWN → SELF" },
      ],
    });
  });
});
