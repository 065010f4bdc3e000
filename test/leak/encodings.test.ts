import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { createMask } from "#leak";

const values: readonly string[] = [
  "p4ss/word+'\"<&>$`\\!=~#{} ü€ end",
  "postgres://app:p@ss w0rd%21@db.internal:5432/app?sslmode=require",
  '{\n  "type": "service",\n  "key": "-----BEGIN KEY-----\\nAbC123+/=\\n"\n}',
  "tab\there, `${template}` and \u2028",
  "plainAlphanumeric0123456789",
];

function masked(value: string, text: string): string {
  const mask = createMask([{ name: "N", value: Sensitive.of(value) }]);
  return Buffer.concat([mask.write(Buffer.from(text)), mask.end()]).toString();
}

/** runs bash with the value as `$value`, in its environment */
function bash(script: string, value: string, locale = "C.UTF-8"): string {
  const env = { PATH: "/usr/bin:/bin", LC_ALL: locale, value };
  return execFileSync("bash", ["-c", script], { env, encoding: "utf8" });
}

const minified = (value: string, charset: "ascii" | "utf8") =>
  transformSync(`console.log(${JSON.stringify(value)})`, { minify: true, charset }).code;

const writers: Readonly<Record<string, (value: string) => string>> = {
  JSON: (value) => JSON.stringify({ value }),
  "JSON inside JSON": (value) => JSON.stringify({ body: JSON.stringify({ value }) }),
  "node's inspect": (value) => inspect({ value }),
  "a URL component": (value) => `?q=${encodeURIComponent(value)}`,
  "a form": (value) => new URLSearchParams({ value }).toString(),
  "a URL's password": (value) => Object.assign(new URL("http://user@host/"), { password: value }).href,
  "a URL's query": (value) => Object.assign(new URL("http://host/"), { search: value }).href,
  "a minified bundle": (value) => minified(value, "ascii"),
  "a minified bundle with UTF-8": (value) => minified(value, "utf8"),
  "bash's printf %q": (value) => bash('printf %q "$value"', value),
  "bash's printf %q in the C locale": (value) => bash('printf %q "$value"', value, "C"),
  "bash's @Q": (value) => bash('printf %s "${value@Q}"', value),
  "bash's declare": (value) => bash("declare -p value", value),
  "bash's trace": (value) => bash('exec 2>&1; set -x; : "$value"', value),
  base64: (value) => bash('printf %s "$value" | base64', value),
  "base64 of a longer text": (value) => bash('printf "user:%s" "$value" | base64 -w0', value),
  hex: (value) => Buffer.from(`<${value}>`).toString("hex"),
};

for (const [name, write] of Object.entries(writers)) {
  test(`a value is masked as it stands in ${name}`, () => {
    for (const value of values) {
      const text = write(value);
      const output = masked(value, text);
      // the name of the variable and some syntax may be left around it
      expect(output, `${JSON.stringify(value)} as ${text}`).toContain("[N]");
      expect(output.length, output).toBeLessThan(48);
    }
  });
}
