import { readFile } from "node:fs/promises";
import type { Finding } from "#kernel";

/** Lines of the manifest where `keyturn init` put a suggestion that nobody has looked at since. */
export async function checkInferred(manifest: string): Promise<readonly Finding[]> {
  const text = await readFile(manifest, "utf8").catch(() => "");
  return text.split("\n").flatMap((content, index): readonly Finding[] => {
    const column = content.search(/# inferred\b/) + 1;
    const position = { file: manifest, line: index + 1, column };
    const message = "this was inferred by `keyturn init` and not looked at since";
    const hint = "mend the line or take the comment off";
    return column === 0 ? [] : [{ severity: "notice", code: "inferred", message, position, hint }];
  });
}
