import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { Duplex } from "node:stream";
import { actorFrom } from "#audit";
import type { Caller } from "#operation";
import { serveStream, type Visit } from "#server";
import { compose, sudoUser } from "./compose.ts";
import { createPlatformCache } from "./platform-cache.ts";
import type { Where } from "./place.ts";

type Variables = Readonly<Record<string, string | undefined>>;

export interface StdioOptions {
  readonly stream: Duplex;
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

/**
 * The API for one client that has logged in to this machine: it may what this process may, which reads the home and its key.
 * Ends with the client.
 */
export async function serveStdio(where: Where, variables: Variables, options: StdioOptions): Promise<void> {
  const base = compose(fromHome(where), variables);
  const { context } = base;
  const caller = callerFrom(variables);
  const platforms = createPlatformCache();
  // found once: it doesn't move to another manifest while it runs
  const found = { ...where, manifest: context.manifest, home: context.home };
  const visit: Visit = ({ actor }, environment) => {
    const place = environment === undefined ? found : { ...found, environment };
    const openStore = () => context.openStore();
    return compose(place, variables, { actor, authority: { kind: "home" }, openStore, platforms });
  };
  try {
    await serveStream({ ...options, caller, context, visit });
  } finally {
    await base.close();
  }
}

/** A login begins in a folder that says nothing: the manifest is looked for from the home upwards, or is where the home is to be. */
function fromHome({ home, ...where }: Where): Where {
  if (home === undefined) return where;
  const folder = resolve(where.folder, home);
  return existsSync(join(folder, "keyturn.yaml")) ? { ...where, folder } : { ...where, folder, home: folder };
}

/** The login user of this machine, and where the client is, as sshd says. */
function callerFrom(variables: Variables): Caller {
  const from = variables["SSH_CONNECTION"]?.split(" ")[0];
  const actor = actorFrom({
    user: userInfo().username,
    host: hostname(),
    ...sudoUser(variables),
    ...(from === undefined ? {} : { from }),
  });
  return { kind: "home", name: actor.name, actor, held: [{ environment: "*", role: "admin" }] };
}
