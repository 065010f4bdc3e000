import type { Actor } from "#audit";
import type { HostEntry, Platform } from "#contract";
import type { Kdf, Kek } from "#envelope";
import type { BootstrapWay, Host, RuntimeHost } from "#host";
import type { Clock, Finding, MakeId } from "#kernel";
import type { Egress } from "#provider";
import type { EnvironmentStore, ReadTransaction, Store, StorePlace, Transaction } from "#store";
import type { Authority } from "./authority.ts";

/** What an operation works with. Made by `compose.ts` for one call of the command or one request of the server. */
export interface Context {
  readonly actor: Actor;
  /** what the actor may; see `demand` */
  readonly authority: Authority;
  /** folder of the store, local state and keys */
  readonly home: string;
  /** path of keyturn.yaml, also where there is none yet */
  readonly manifest: string;
  readonly environment: string;
  /** the process environment that the command was started with: a source of values, nothing else */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** manifest and contracts; MANIFEST_INVALID or CONTRACT_INVALID with every finding when they can't be used */
  loadPlatform(): Promise<LoadedPlatform>;
  /** the same, but what is wrong with them is told and not thrown; MANIFEST_MISSING where there is none */
  inspectPlatform(): Promise<InspectedPlatform>;
  /** forgets what was read of manifest and contracts */
  reloadPlatform(): void;
  /** STORE_MISSING where there is none yet */
  openStore(): Promise<Store>;
  /**
   * The store, made with a key of its own where there is none. With an address, in that database of a PostgreSQL server,
   * which the home names from then on.
   */
  makeStore(address?: string): Promise<Store>;
  /** where the store is, or is to be made */
  storePlace(): Promise<StorePlace>;
  /** for work that makes a store in another way; the address as above */
  settleStore<T>(address: string | undefined, work: (place: StorePlace) => Promise<T>): Promise<T>;
  /** the key that the store is opened with */
  kek(kdf?: Kdf): Promise<Kek>;
  /** a new key, on disk in a file of its own when this returns; without a path it is to take the present file's place */
  nextKek(path?: string): Promise<NextKek>;
  /** connections are kept until the call ends */
  connect(host: HostEntry): Host;
  /** the same, for what runs there for users */
  runtimes(host: HostEntry): RuntimeHost;
  /** the user that `connect` logs in as */
  loginUser(host: HostEntry): Promise<string>;
  /** the way out to providers */
  egress(): Promise<Egress>;
  /** for preparing a machine once */
  rootWay(host: HostEntry, login: RootLogin): BootstrapWay;
}

/** Who to become root as: the usual login with sudo, another user at the same address, or another ssh address. */
export type RootLogin =
  | { readonly kind: "usual" }
  | { readonly kind: "user"; readonly user: string }
  /** `%h` is the host's name */
  | { readonly kind: "address"; readonly pattern: string };

export interface NextKek {
  readonly kek: Kek;
  /** puts it where the store's key is looked for, and the old one aside */
  install(): Promise<{ readonly file: string; readonly kept?: string }>;
  /** removes it again, when it was made for this */
  discard(): Promise<void>;
}

/** Without a platform where the manifest's own errors leave none; a contract's errors do not take it away. */
export interface InspectedPlatform extends Omit<LoadedPlatform, "platform"> {
  readonly platform?: Platform;
}

export interface LoadedPlatform {
  readonly platform: Platform;
  /** notices and warnings; `loadPlatform` throws errors */
  readonly findings: readonly Finding[];
  /** folder of keyturn.yaml: paths in it are relative to this */
  readonly folder: string;
}

/** One transaction on the environment of this call. */
export async function inEnvironment<T>(
  context: Context,
  work: (environment: EnvironmentStore, tx: Transaction) => Promise<T>,
): Promise<T> {
  const store = await context.openStore();
  return store.transaction(async (tx) => work(await tx.environment(context.environment), tx));
}

/** As {@link inEnvironment}, for work that only reads: nobody's writing keeps it waiting. */
export function readEnvironment<T>(context: Context, work: Reading<T>): Promise<T> {
  return lookIn(context, work, (store, look) => store.read(look));
}

/** The same, where it gives no values and depends on nothing but the environment and this key: see `Store.recall`. */
export function recallEnvironment<T>(context: Context, key: string, work: Reading<T>): Promise<T> {
  return lookIn(context, work, (store, look) => store.recall(`${key} of ${context.environment}`, look));
}

/** The same, but where the environment never was it stays so: for what looks by itself again and again. */
export async function readKnownEnvironment<T>(context: Context, work: Reading<T>): Promise<T | undefined> {
  return (await (await context.openStore()).read(lookFor(context, work)))?.result;
}

type Reading<T> = (environment: EnvironmentStore, tx: ReadTransaction) => Promise<T>;
type Look<T> = (tx: ReadTransaction) => Promise<{ readonly result: T } | undefined>;

function lookFor<T>({ environment: name }: Context, work: Reading<T>): Look<T> {
  return async (tx) => {
    const environment = await tx.environment(name);
    return environment === undefined ? undefined : { result: await work(environment, tx) };
  };
}

async function lookIn<T>(
  context: Context,
  work: Reading<T>,
  lookWith: (store: Store, look: Look<T>) => ReturnType<Look<T>>,
): Promise<T> {
  const store = await context.openStore();
  const found = await lookWith(store, lookFor(context, work));
  if (found !== undefined) return found.result;
  // as anything else that needs it, it makes the environment where it never was
  await inEnvironment(context, async () => undefined);
  return lookIn(context, work, lookWith);
}
