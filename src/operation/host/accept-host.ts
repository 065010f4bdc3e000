import { scanHostKeys, type HostKeys } from "#host";
import { AppError } from "#kernel";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { selectHosts } from "./prepare-hosts.ts";

export interface AcceptHostRequest {
  readonly host: string;
  /** also where another key was known */
  readonly replace: boolean;
  /** shown the fingerprints; false stops */
  readonly confirm: (keys: ShownKeys) => Promise<boolean>;
}

export type ShownKeys = Omit<HostKeys, "accept">;

export interface AcceptHostResult extends ShownKeys {
  readonly kind: "accepted" | "unchanged" | "cancelled";
  readonly host: string;
}

/** Makes a machine's key known to ssh, after someone compared it. A key that changed is refused unless that is said. */
export async function acceptHost(context: Context, request: AcceptHostRequest): Promise<AcceptHostResult> {
  const { host, replace } = request;
  const { platform } = await context.loadPlatform();
  const [entry] = selectHosts(platform, [host]);
  const way = entry === undefined ? undefined : context.rootWay(entry, { kind: "usual" });
  if (way?.kind !== "ssh") throw new AppError("USAGE", `${host} is this machine: it has no key to accept`);
  const scanned = await scanHostKeys(way);
  const { state, keys, keptName, file } = scanned;
  const shown: ShownKeys = { state, keys, keptName, file };
  if (shown.state === "known") return { kind: "unchanged", host, ...shown };
  if (shown.state === "changed" && !replace) throw changed(host, shown);
  await context.makeStore();
  if (!(await request.confirm(shown))) return { kind: "cancelled", host, ...shown };
  await scanned.accept();
  const fingerprints = shown.keys.map(({ type, fingerprint }) => `${type} ${fingerprint}`);
  await inEnvironment(context, (_environment, tx) =>
    record(context, tx, {
      action: "host.accept",
      subject: host,
      detail: { fingerprints, replaced: shown.state === "changed" },
    }),
  );
  return { kind: "accepted", host, ...shown };
}

function changed(host: string, { keys, file }: ShownKeys): AppError {
  const shown = keys.map(({ type, fingerprint }) => `${type} ${fingerprint}`);
  return new AppError("HOST_KEY_CHANGED", `${host} shows other keys than the ones in ${file}`, {
    hint: `find out why first: a new machine, or someone in between; then \`keyturn hosts accept ${host} --replace\``,
    data: { shown },
  });
}
