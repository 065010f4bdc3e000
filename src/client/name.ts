import { AppError, looksLikeValue } from "#kernel";

/**
 * A name as a part of an address, which proxies write down: a value that went astray is sent nowhere. What is wrong with a name
 * otherwise, the server says.
 */
export function inPath(name: string): string {
  if (name === "" || name === "." || name === "..") throw noName("that is no name");
  return encodeURIComponent(inAddress(name));
}

/** The same for what is asked for behind it. */
export function inAddress(text: string): string {
  if (looksLikeValue(text)) throw noName("what was given as a name looks like a value, and was sent nowhere");
  return text;
}

function noName(message: string): AppError {
  return new AppError("NAME_INVALID", message, {
    hint: "a value is asked for, or read from standard input or a file: see `keyturn set --help`",
  });
}
