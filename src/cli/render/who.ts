import type { Holder, WhoResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

/** service × host: what it was given last, what it would get now, and where it is set. */
export function renderWho({ name, holders, where }: WhoResult, color: Colors): string {
  const head = ["SERVICE", "HOST", "HAS", "GETS", "SET IN"].map((title) => color.dim(title));
  const rows = holders.map((holder) => [holder.service, holder.host, has(holder), gets(holder, color), holder.place]);
  const from = where.map((text) => `${name} comes from: ${text}\n`).join("");
  return `${renderTable([head, ...rows])}${from}`;
}

function has({ delivered }: Holder): string {
  if (delivered === undefined) return "–";
  const { release, version, origin } = delivered;
  return `${version === undefined ? origin : `v${version}`} (r${release})`;
}

function gets({ granted, version }: Holder, color: Colors): string {
  if (!granted) return color.yellow("no grant");
  return version === undefined ? color.dim("nothing stored") : `v${version}`;
}
