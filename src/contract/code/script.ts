import type { RawUse } from "./use.ts";
import { blankScript } from "./text.ts";

const environment = /(?:process\s*\??\.\s*env|import\s*\.\s*meta\s*\.\s*env|Deno\s*\.\s*env|Bun\s*\.\s*env)/;

/**
 * JavaScript and TypeScript: `process.env.X`, `process.env["X"]`, `const { X, Y: y } = process.env`,
 * `import.meta.env.X`, `Deno.env.get("X")`; and what `@keyturn/sdk` is asked to load, `loadEnvironment(file, { X: "text" })` or
 * `{ X: "text" } satisfies Readings`. Comments and the inside of strings are not code.
 */
export function readScriptUses(text: string): readonly RawUse[] {
  const code = blankScript(text);
  return [...members(code.bare), ...keyed(code.bare, text), ...destructured(code.bare), ...loaded(code.bare)];
}

function members(code: string): readonly RawUse[] {
  const pattern = new RegExp(
    `${environment.source}\\s*(?:\\?\\.|\\.|!\\.)\\s*([A-Za-z_]\\w*)(?!\\w)(\\s*=(?![=>]))?`,
    "g",
  );
  return [...code.matchAll(pattern)].flatMap((match): readonly RawUse[] => {
    const name = match[1] ?? "";
    // methods of Deno.env, and what Vite gives by itself
    if (/^(?:get|set|has|delete|toObject)$/.test(name)) return [];
    if (match[0].startsWith("import") && /^(?:MODE|DEV|PROD|SSR|BASE_URL)$/.test(name)) return [];
    const offset = match.index + match[0].indexOf(name, match[0].search(/env/) + 3);
    return [{ name, offset, kind: match[2] === undefined ? "read" : "set" }];
  });
}

/** The key stands in a string, which the bare code has blanked: its text comes from the source. */
function keyed(code: string, text: string): readonly RawUse[] {
  const pattern = new RegExp(`${environment.source}\\s*(?:\\?\\.)?\\s*(?:\\[|\\.\\s*get\\s*\\()\\s*(?=["'\`])`, "g");
  return [...code.matchAll(pattern)].flatMap((match): readonly RawUse[] => {
    const at = match.index + match[0].length;
    const name = /^(["'`])([A-Za-z_]\w*)\1/.exec(text.slice(at, at + 300))?.[2];
    return name === undefined ? [] : [{ name, offset: at + 1, kind: "read" }];
  });
}

function destructured(code: string): readonly RawUse[] {
  const pattern = new RegExp(`\\{([^{}]*)\\}\\s*(?::[^=;]{1,200})?=\\s*${environment.source}(?![\\w.[(?!])`, "g");
  return [...code.matchAll(pattern)].flatMap((match) => {
    const inner = match[1] ?? "";
    return [...inner.matchAll(/(?:^|,)\s*([A-Za-z_]\w*)/g)].map((entry): RawUse => {
      const name = entry[1] ?? "";
      return { name, offset: match.index + 1 + entry.index + entry[0].indexOf(name), kind: "read" };
    });
  });
}

/** An object in the call's own brackets; what stands behind the call is none of its. */
function loaded(code: string): readonly RawUse[] {
  const given = code.matchAll(/\bloadEnvironment(?:OrExit)?\s*\((?:[^(){};]|\([^(){};]*\)){0,1000}\{([^{}]*)\}/g);
  const described = code.matchAll(/\{([^{}]*)\}(?:\s*as\s+const)?\s*satisfies\s+Readings\b/g);
  return [...given, ...described].flatMap((match) => {
    const inner = match[1] ?? "";
    const start = match.index + match[0].lastIndexOf(`{${inner}}`) + 1;
    return [...inner.matchAll(/(?:^|,)\s*([A-Za-z_]\w*)\s*:/g)].map((entry): RawUse => {
      const name = entry[1] ?? "";
      return { name, offset: start + entry.index + entry[0].indexOf(name), kind: "read" };
    });
  });
}
