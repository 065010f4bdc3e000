import { AppError } from "#kernel";
import type { HostScanResult } from "#operation";
import type { Call } from "./command.ts";
import { watched } from "./progress/watch.ts";
import { renderHostSarif } from "./render/host-sarif.ts";
import { renderHostScan } from "./render/host-scan.ts";
import { renderJson } from "./render/json.ts";

/** `scan --hosts`: the home has each host look for what it holds. */
export async function scanOnHosts(call: Call): Promise<number> {
  const { options, terminal, json, arguments: hosts, signal } = call;
  const other = others.find(([name]) => options.flag(name) || options.text(name) !== undefined);
  if (other !== undefined) throw new AppError("USAGE", `--hosts and ${other[1]} exclude each other`);
  const home = await call.home();
  const keep = options.flag("record");
  const result = await watched(call, (onLook) => home.scanHosts({ hosts, keep, signal }, onLook));
  if (options.flag("sarif")) terminal.out.write(renderHostSarif(result));
  else terminal.out.write(json ? renderJson(result) : renderHostScan(result, terminal.out.color));
  return exitOf(result);
}

const others = [
  ["git", "--git"],
  ["staged", "--staged"],
  ["range", "--range"],
  ["stdin", "--stdin"],
  ["kit", "--kit"],
  ["formatsOnly", "--formats-only"],
  ["accept", "--accept"],
] as const;

/** Nothing found is said only of what was looked at: a host that was not is a failure. */
function exitOf({ findings, hosts }: HostScanResult): number {
  if (findings.length > 0) return 2;
  return hosts.some(({ trouble, state, more }) => trouble !== undefined || state === "cut" || more) ? 1 : 0;
}
