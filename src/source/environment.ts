import { Sensitive, type Finding } from "#kernel";
import type { SourceContext, SourceReading } from "./source.ts";

/**
 * What a CI step has bound. Node decodes the environment as UTF-8 and puts U+FFFD where it can't: such a value is not
 * what was bound, so it is an error rather than a value.
 */
export function readEnvironment({ names, environment }: SourceContext): SourceReading {
  const label = "environment";
  const found = [...new Set(names)].flatMap((name) => {
    const text = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return text === undefined ? [] : [{ name, text }];
  });
  const broken = (text: string) => text.includes("\uFFFD");
  return {
    label,
    values: found
      .filter(({ text }) => !broken(text))
      .map(({ name, text }) => ({ name, value: Sensitive.of(text), origin: label })),
    findings: found.filter(({ text }) => broken(text)).map(({ name }) => notText(name)),
  };
}

function notText(name: string): Finding {
  return {
    severity: "error",
    code: "source-not-text",
    message: `${name} in the environment is not UTF-8 text`,
    hint: "give it as a secret file: files may hold any bytes",
  };
}
