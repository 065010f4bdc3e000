import { mkdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { actorFrom } from "#audit";
import type { HostEntry } from "#contract";
import type { Host } from "#host";
import { randomId, systemClock } from "#kernel";
import type { Context, LoadedPlatform } from "#operation";
import { createStore, openStore, storeExists, type Store } from "#store";
import { connectHost } from "./connect.ts";
import { findKek, findOrMakeKek } from "./key.ts";
import { pathsOf, type Where } from "./place.ts";
import { loadPlatform } from "./platform.ts";

export interface Composed {
  readonly context: Context;
  /** ends what was opened; may be called twice */
  close(): Promise<void>;
}

/**
 * The one place that knows every room: makes what operations work with, out of the command's place and the process
 * environment. Nothing is opened before it is asked for, and each thing once.
 */
export function compose(where: Where, variables: Readonly<Record<string, string | undefined>>): Composed {
  const paths = pathsOf(where, variables);
  const hosts = new Map<string, Host>();
  let loaded: LoadedPlatform | undefined;
  let store: Promise<Store> | undefined;
  const load = (): LoadedPlatform => (loaded ??= loadPlatform(paths.manifest, paths.environment));
  const connect = (entry: HostEntry): Host => {
    const known = hosts.get(entry.name);
    if (known !== undefined) return known;
    const { services, environment } = load().platform;
    const host = connectHost({ entry, services, home: paths.home, environment: environment.name, variables });
    hosts.set(entry.name, host);
    return host;
  };
  const context: Context = {
    actor: actorFrom({ user: userInfo().username, host: hostname(), ...sudoUser(variables) }),
    home: paths.home,
    manifest: paths.manifest,
    get environment() {
      return load().platform.environment.name;
    },
    processEnvironment: variables,
    clock: systemClock,
    makeId: randomId,
    loadPlatform: async () => load(),
    openStore: () => (store ??= openWithKey()),
    makeStore: async () => {
      if (await storeExists(paths.home)) return context.openStore();
      await mkdir(paths.home, { recursive: true, mode: 0o700 });
      return (store ??= createStore({ folder: paths.home, kek: await findOrMakeKek(paths, variables) }));
    },
    connect,
  };
  const openWithKey = async (): Promise<Store> =>
    openStore({ folder: paths.home, kek: await findKek(paths, variables) });
  return {
    context,
    close: async () => {
      await Promise.allSettled([...hosts.values()].map((host) => host.close()));
      hosts.clear();
      const open = store;
      store = undefined;
      await open?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

function sudoUser(variables: Readonly<Record<string, string | undefined>>): { readonly sudoUser?: string } {
  const user = variables["SUDO_USER"];
  return user === undefined || user === "" ? {} : { sudoUser: user };
}
