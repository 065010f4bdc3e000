/** Of a connection URI, decoded; undefined for what is empty. Throws URIError for a `%` that stands for nothing. */
export function loginOf({ username, password, pathname }: URL) {
  return {
    ...(username === "" ? {} : { user: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(pathname.length < 2 ? {} : { database: decodeURIComponent(pathname.slice(1)) }),
  };
}
