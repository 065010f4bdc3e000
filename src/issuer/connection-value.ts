import { Sensitive } from "#kernel";

/** A value that is a connection URI, with another login; one that is none is the password itself. */
export function withLogin(
  value: Sensitive,
  { user, password }: { readonly user?: string; readonly password: Sensitive },
): Sensitive {
  const { scheme, login, rest } = partsOf(value);
  if (scheme === "") return password;
  const name = user ?? login.split(":")[0] ?? "";
  const secret = encodeURIComponent(textOf(password));
  return Sensitive.of(`${scheme}${name}:${secret}@${rest}`);
}

/** Decoded; undefined where the value says none. A `%` that stands for nothing stands for itself. */
export function loginIn(value: Sensitive): { readonly user?: string; readonly password: string } {
  const { scheme, login, rest } = partsOf(value);
  if (scheme === "") return { password: rest };
  const [user = "", ...password] = login.split(":");
  return { ...(user === "" ? {} : { user: decoded(user) }), password: decoded(password.join(":")) };
}

export function isUri(value: Sensitive): boolean {
  return partsOf(value).scheme !== "";
}

/** As any client does it, the login ends at the last `@` before the path. */
function partsOf(value: Sensitive) {
  const text = textOf(value);
  const [, scheme = "", login = "", rest = text] = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/?#]*)@)?([^]*)$/i.exec(text) ?? [];
  return { scheme, login, rest };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function textOf(value: Sensitive): string {
  return value.reveal().toString("utf8");
}
