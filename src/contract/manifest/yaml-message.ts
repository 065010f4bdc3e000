import type { YAMLError } from "yaml";

/** The library's messages, without what some of them quote: it may be a value that someone pasted. */
export function yamlMessage({ code, message }: Pick<YAMLError, "code" | "message">): string {
  const own = quoting[code];
  const line = own ?? message.split("\n")[0] ?? "";
  // what is quoted stands behind a colon; the sign `:` itself has a space before it
  const told = line.replace(/(?<=[a-z]): [^]*$/i, "");
  return `yaml: ${told.charAt(0).toLowerCase()}${told.slice(1)}`;
}

const quoting: Readonly<Partial<Record<string, string>>> = {
  BAD_ALIAS: "an alias can't be followed",
  BAD_COLLECTION_TYPE: "this tag does not belong here",
  BAD_DIRECTIVE: "a directive that YAML does not know",
  BAD_DQ_ESCAPE: "an escape that YAML does not know",
  TAG_RESOLVE_FAILED: "a tag that can't be resolved",
};
