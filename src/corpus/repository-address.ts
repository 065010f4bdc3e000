/**
 * A remote's address as everybody may read it, and the same however it was cloned: `github.com/acme/shop`. No user, no password,
 * no query. Nothing where it is a path of one machine.
 */
export function repositoryAddress(remote: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(remote) ? remote : asUrl(remote);
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol === "file:" || hostname === "") return undefined;
  const path = pathname.replaceAll(/\/+/g, "/").replace(/(?:\.git)?\/?$/, "");
  const usual = port === "" || (protocol === "ssh:" && port === "22");
  return path === "" ? undefined : `${hostname.toLowerCase()}${usual ? "" : `:${port}`}${path}`;
}

/** `git@github.com:acme/shop.git`, as scp has it; a colon behind a slash is part of a path. */
function asUrl(remote: string): string | undefined {
  const [, host, path] = /^(?:[^@/:]*@)?([^@/:]+):(?!\/\/)(.+)$/.exec(remote) ?? [];
  return host === undefined || path === undefined ? undefined : `ssh://${host}/${path}`;
}
