import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Where things are, from what the command was told, its environment and its folder; the first that says so wins. */
export interface Where {
  readonly folder: string;
  readonly home?: string;
  readonly manifest?: string;
  readonly environment?: string;
  readonly keyFile?: string;
}

export interface Paths {
  /** may not exist */
  readonly manifest: string;
  readonly home: string;
  readonly environment?: string;
  readonly keyFile?: string;
}

export function pathsOf(where: Where, variables: Variables): Paths {
  const manifest = where.manifest === undefined ? nearestManifest(where.folder) : resolve(where.folder, where.manifest);
  const home = where.home ?? given(variables, "KEYTURN_HOME");
  const environment = where.environment ?? given(variables, "KEYTURN_ENV");
  const keyFile = where.keyFile ?? given(variables, "KEYTURN_KEY_FILE");
  return {
    manifest,
    home: home === undefined ? join(dirname(manifest), ".keyturn") : resolve(where.folder, home),
    ...(environment === undefined ? {} : { environment }),
    ...(keyFile === undefined ? {} : { keyFile: resolve(where.folder, keyFile) }),
  };
}

function nearestManifest(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "keyturn.yaml");
    if (existsSync(path)) return path;
    if (dirname(at) === at) return join(folder, "keyturn.yaml");
  }
}

/** What a variable says, where it says anything. */
export function given(variables: Variables, name: string): string | undefined {
  const text = variables[name];
  return text === undefined || text === "" ? undefined : text;
}
