import type { Serving } from "../command.ts";
import type { Colors } from "../terminal.ts";
import { linkUrl, renderLink } from "./identity.ts";
import { renderJson } from "./json.ts";

export function renderServing({ url, address, link }: Serving, color: Colors): string {
  const first = link === undefined ? "" : `first admin: ${renderLink(url, link)}`;
  const where = url === address ? "" : `, listening on ${address}`;
  return `keyturn serves ${color.bold(url)}${where}; Ctrl-C stops it\n${first}`;
}

export function servingJson({ url, address, link }: Serving): string {
  const first = link === undefined ? {} : { link: linkUrl(url, link), expiresAt: link.expiresAt };
  return renderJson({ url, address, ...first });
}
