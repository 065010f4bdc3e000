import type { Serving } from "../command.ts";
import type { Part } from "../serve-part.ts";
import type { Colors } from "../terminal.ts";
import { linkUrl, renderLink } from "./identity.ts";
import { renderJson } from "./json.ts";

export function renderServing(serving: Serving, color: Colors, kind: Part["kind"] = "all"): string {
  const { url, address, link } = serving;
  const first = link === undefined ? "" : `first admin: ${renderLink(url, link)}`;
  const where = url === address ? "" : `, listening on ${address}`;
  return `${who[kind]} ${color.bold(url)}${where}; Ctrl-C stops it\n${first}`;
}

const who = { all: "keyturn serves", web: "the web part serves", worker: "the worker is behind" };

export function servingJson({ url, address, link }: Serving): string {
  const first = link === undefined ? {} : { link: linkUrl(url, link), expiresAt: link.expiresAt };
  return renderJson({ url, address, ...first });
}
