const prefix = "/v1/internal/runtimes/";
const pattern = /^([A-Za-z0-9][A-Za-z0-9_-]{0,62})(\/.*)$/;

export interface RuntimePath {
  readonly user: string;
  /** the runtime's own, with what is asked for */
  readonly path: string;
}

/** Where a request below `/v1/internal/runtimes/USER/` leads; undefined for any other one. */
export function readRuntimePath(address: string): RuntimePath | undefined {
  const { pathname, search } = new URL(address, "http://here");
  if (!pathname.startsWith(prefix)) return undefined;
  const [, user, path] = pattern.exec(pathname.slice(prefix.length)) ?? [];
  return user === undefined || path === undefined ? undefined : { user, path: path + search };
}
