import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface Module {
  /** `src/plan/plan.ts` */
  readonly path: string;
  /** folder below src; the file's own name for the few that lie in src itself */
  readonly room: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

interface Import {
  readonly specifier: string;
  /** erased before it runs: says what a room knows, not what it needs */
  readonly typeOnly: boolean;
  /** file in src, for a door or a relative path */
  readonly target?: string;
}

/** Every TypeScript file below src, whether anything imports it or not. */
export function readModules(): readonly Module[] {
  const doors = readDoors();
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => posix.join("src", name.replaceAll("\\", "/")))
    .toSorted()
    .map((path) => {
      const text = withoutComments(readFileSync(join(root, path), "utf8"));
      return { path, room: roomOf(path), text, imports: readImports(text, path, doors) };
    });
}

/** `src/plan/plan.ts` → `plan`, `src/main.ts` → `main.ts` */
export function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** Statements begin a line here, as the formatter leaves them; `import("…")` may stand anywhere. */
function readImports(text: string, path: string, doors: ReadonlyMap<string, string>): readonly Import[] {
  const statements = text.matchAll(/^(?:import|export)(\s+type)?\s(?:[^;"']*?\sfrom\s)?\s*"([^"]+)"/gm);
  const calls = text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g);
  return [
    ...[...statements].map(([, type, specifier = ""]) => ({ specifier, typeOnly: type !== undefined })),
    ...[...calls].map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
  ].map((one) => {
    const target = one.specifier.startsWith(".") ? posix.join(dirname(path), one.specifier) : doors.get(one.specifier);
    return { ...one, ...(target === undefined ? {} : { target }) };
  });
}

/** `#plan` → `src/plan/index.ts`, as package.json says. */
function readDoors(): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const { imports } = JSON.parse(text) as { imports: Readonly<Record<string, string>> };
  return new Map(Object.entries(imports).map(([name, path]) => [name, posix.normalize(path)]));
}

/** Comments that fill their lines, which is how they are written here. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[^]*?\*\/[ \t]*$/gm, "").replaceAll(/^\s*\/\/.*$/gm, "");
}
