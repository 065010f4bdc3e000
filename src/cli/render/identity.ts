import { isoTime } from "#kernel";
import type { AccountLink, ListedAccount, ServiceToken } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";
import { ageText } from "./scope.ts";

/** Behind `#`, where browsers keep it to themselves: no server and no log sees it in an address. */
export function linkUrl(url: string, { secret }: AccountLink): string {
  return `${url}/#setup=${secret.reveal().toString("latin1")}`;
}

export function renderLink(url: string, link: AccountLink): string {
  return `${linkUrl(url, link)}\nopens once, until ${isoTime(link.expiresAt)}\n`;
}

export function renderAccounts(accounts: readonly ListedAccount[], now: number, color: Colors): string {
  if (accounts.length === 0) return "no accounts yet\nnext: keyturn account add NAME --role *:admin\n";
  const rows = accounts.map(({ name, roles, hasPassword, passkeys, disabledAt, actor, createdAt }) => [
    name,
    rolesText(roles),
    disabledAt !== undefined
      ? color.red("disabled")
      : hasPassword || passkeys > 0
        ? "active"
        : color.yellow("link not used"),
    ageText(createdAt, now),
    actor,
  ]);
  return renderTable([heads(["NAME", "ROLES", "STATE", "AGE", "BY"], color), ...rows]);
}

export function renderTokens(tokens: readonly ServiceToken[], now: number, color: Colors): string {
  if (tokens.length === 0) return "no service tokens yet\nnext: keyturn token create NAME --role ENVIRONMENT:viewer\n";
  const rows = tokens.map(({ name, roles, state, expiresAt, usedAt, actor }) => [
    name,
    rolesText(roles),
    state === "live" ? state : color.red(state),
    isoTime(expiresAt).slice(0, 10),
    usedAt === undefined ? "never" : ageText(usedAt, now),
    actor,
  ]);
  return renderTable([heads(["NAME", "ROLES", "STATE", "UNTIL", "USED", "BY"], color), ...rows]);
}

function rolesText(roles: ListedAccount["roles"]): string {
  return roles.map(({ environment, role }) => `${environment}:${role}`).join(" ");
}

function heads(titles: readonly string[], color: Colors): readonly string[] {
  return titles.map((title) => color.dim(title));
}
