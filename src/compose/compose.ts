import { mkdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { actorFrom, type Actor } from "#audit";
import type { HostEntry } from "#contract";
import { createJumpSeats, type RuntimeHost } from "#host";
import { AppError, randomId, systemClock } from "#kernel";
import {
  portShiftFile,
  readPortShift,
  shiftPorts,
  type Authority,
  type Context,
  type LoadedPlatform,
} from "#operation";
import { createStore, openStore, storeExists, type Store, type StorePlace } from "#store";
import { connectHost, loginUser, rootWay } from "./connect.ts";
import { findKek, findOrMakeKek, nextKek, pendingKek } from "./key.ts";
import { pathsOf, type Paths, type Where } from "./place.ts";
import type { PlatformCache } from "./platform-cache.ts";
import { inspectPlatform, loadPlatform } from "./platform.ts";
import { findPlace, settlePlace } from "./store-place.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Someone who came in through the server, and the store that it holds open. */
export interface Visitor {
  readonly actor: Actor;
  readonly authority: Authority;
  readonly openStore: () => Promise<Store>;
  readonly platforms: PlatformCache;
}

export interface Composed {
  readonly context: Context;
  /** ends what was opened; may be called twice */
  close(): Promise<void>;
}

/**
 * The one place that knows every room: makes what operations work with, out of the command's place and the process
 * environment. Nothing is opened before it is asked for, and each thing once.
 */
export function compose(where: Where, variables: Variables, visitor?: Visitor): Composed {
  const paths = pathsOf(where, variables);
  const hosts = new Map<string, RuntimeHost>();
  const seats = createJumpSeats();
  let loaded: LoadedPlatform | undefined;
  let store: Promise<Store> | undefined;
  const load = (): LoadedPlatform =>
    (loaded ??=
      visitor === undefined
        ? loadFrom(paths)
        : visitor.platforms.load(paths.environment, (look) => loadFrom(paths, look)));
  const connect = (entry: HostEntry): RuntimeHost => {
    const known = hosts.get(entry.name);
    if (known !== undefined) return known;
    const { services, environment } = load().platform;
    const host = connectHost({ entry, services, home: paths.home, environment: environment.name, variables, seats });
    hosts.set(entry.name, host);
    return host;
  };
  const context: Context = {
    actor: visitor?.actor ?? actorFrom({ user: userInfo().username, host: hostname(), ...sudoUser(variables) }),
    authority: visitor?.authority ?? { kind: "home" },
    home: paths.home,
    manifest: paths.manifest,
    get environment() {
      return load().platform.environment.name;
    },
    processEnvironment: variables,
    clock: systemClock,
    makeId: randomId,
    loadPlatform: async () => load(),
    inspectPlatform: async () => inspectPlatform(paths.manifest, paths.environment),
    reloadPlatform: () => {
      loaded = undefined;
    },
    openStore: visitor?.openStore ?? (() => (store ??= openWithKey())),
    makeStore: (address) =>
      settlePlace(paths.home, address, async () => {
        const place = await findPlace(paths.home, variables);
        if (await storeExists(place)) return context.openStore();
        await mkdir(paths.home, { recursive: true, mode: 0o700 });
        return (store ??= createStore({ ...place, kek: await findOrMakeKek(paths, variables) }));
      }),
    storePlace: () => findPlace(paths.home, variables),
    settleStore: (address, work) =>
      settlePlace(paths.home, address, async () => work(await findPlace(paths.home, variables))),
    kek: (kdf) => findKek(paths, variables, kdf),
    nextKek: (path) => nextKek(paths, variables, path === undefined ? undefined : resolve(where.folder, path)),
    connect,
    runtimes: connect,
    loginUser: (entry) => loginUser(entry, variables),
    egress: async () => {
      const { createEgress, systemWorld } = await import("#provider");
      return createEgress(systemWorld);
    },
    rootWay: (entry, login) => rootWay(entry, login, { variables, seats }),
  };
  // no store needs no key; what failed may be tried again once there is one
  const openWithKey = async (): Promise<Store> => {
    try {
      const place = await findPlace(paths.home, variables);
      if (!(await storeExists(place))) throw new AppError("STORE_MISSING", `there is no store in ${paths.home}`);
      return await openFinished(place, paths, variables);
    } catch (error) {
      store = undefined;
      throw error;
    }
  };
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

/** A rekey that was killed behind its transaction is finished first. */
async function openFinished(place: StorePlace, paths: Paths, variables: Variables): Promise<Store> {
  try {
    return await openStore({ ...place, kek: await findKek(paths, variables) });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "KEY_WRONG") throw error;
    const pending = await pendingKek(paths, variables).catch(() => undefined);
    const store = pending && (await openStore({ ...place, kek: pending.kek }).catch(() => undefined));
    if (store === undefined) throw error;
    await pending?.finish();
    return store;
  }
}

/** Ports of local processes may have been moved: see `keyturn dev --port-shift`. */
function loadFrom({ manifest, environment, home }: Paths, look?: (path: string) => void): LoadedPlatform {
  const loaded = loadPlatform(manifest, environment, look);
  const { platform } = loaded;
  const { name } = platform.environment;
  look?.(portShiftFile(home, name));
  return { ...loaded, platform: shiftPorts(platform, readPortShift(home, name)) };
}

/** Who became the user of this process. */
export function sudoUser(variables: Variables): { readonly sudoUser?: string } {
  const user = variables["SUDO_USER"];
  return user === undefined || user === "" ? {} : { sudoUser: user };
}
