import { firstLink, type AccountLink } from "#operation";
import { openServer, readAddress, type Visit } from "#server";
import { AppError, Sensitive } from "#kernel";
import { readPrivate } from "#store";
import { compose } from "./compose.ts";
import { createPlatformCache } from "./platform-cache.ts";
import type { Where } from "./place.ts";

export interface ServeOptions {
  readonly listen: string;
  /** a worker listens on this socket alone, and browsers come to the web part at `listen` */
  readonly socket?: string;
  readonly publicUrl?: string;
  /** see `keyturn serve --private` */
  readonly nearby?: boolean;
  /** milliseconds from one probe of every credential to the next one */
  readonly probeEvery?: number;
  readonly rotateEvery?: number;
  /** 0600 file with the address that news are posted to */
  readonly webhookFile?: string;
  readonly onNews?: (line: string) => void;
  readonly onAccess?: (line: string) => void;
  /** folder of the built console, also where there is none yet */
  readonly console: string;
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

export interface Served {
  readonly url: string;
  readonly address: string;
  readonly link?: AccountLink;
  close(): Promise<void>;
}

/** One store, held open; each request has a manifest, connections and roles of its own. A home without a store gets one. */
export async function serve(
  where: Where,
  variables: Readonly<Record<string, string | undefined>>,
  { listen, webhookFile, ...options }: ServeOptions,
): Promise<Served> {
  const address = readAddress(listen);
  const base = compose(where, variables);
  const { context } = base;
  const platforms = createPlatformCache();
  const visit: Visit = ({ actor, held }, environment) => {
    // found once: a server doesn't move to another manifest while it runs
    const found = { ...where, manifest: context.manifest, home: context.home };
    const place = environment === undefined ? found : { ...found, environment };
    const authority = { kind: "roles", held, environment: environment ?? nowhere } as const;
    return compose(place, variables, { actor, authority, openStore: () => context.openStore(), platforms });
  };
  try {
    await context.makeStore();
    const webhook = webhookFile === undefined ? {} : { webhook: await readWebhook(webhookFile) };
    const server = await openServer({ ...options, ...webhook, listen: address, context, visit });
    const link = await firstLink(context);
    return {
      url: server.url,
      address: server.address,
      ...(link === undefined ? {} : { link }),
      close: () => server.close().finally(() => base.close()),
    };
  } catch (error) {
    await base.close();
    throw error;
  }
}

async function readWebhook(file: string): Promise<Sensitive> {
  const bytes = await readPrivate(file, { what: "webhook file", code: "FILE_UNREADABLE" });
  const text = bytes.toString("utf8").trim();
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return Sensitive.of(text);
  throw new AppError("USAGE", `the webhook file ${file} holds no http or https address`);
}

/** No environment is called so: a role in one opens nothing that belongs to all. */
const nowhere = "";
