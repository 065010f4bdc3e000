import type { Holder, MapHolder, WhoResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

/** service × host: what it was given last, what it would get now, and where it is set. */
export function renderWho({ name, holders, where, pair }: WhoResult, color: Colors): string {
  const head = ["SERVICE", "HOST", "HAS", "GETS", "SET IN"].map((title) => color.dim(title));
  const rows = [
    ...holders.map((holder) => [holder.service, holder.host, has(holder), gets(holder, color), holder.place]),
    ...(pair?.maps ?? []).map((map) => [map.service, map.host, "–", inMap(map, color), map.place]),
  ];
  const from = where.map((text) => `${name} comes from: ${text}\n`).join("");
  const goesWith = pair === undefined ? "" : `goes with ${pair.companion}: both change in the same steps\n`;
  return `${renderTable([head, ...rows])}${from}${goesWith}`;
}

function inMap({ granted, variable }: MapHolder, color: Colors): string {
  return granted ? `in ${variable}` : color.yellow(`no grant for ${variable}`);
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
