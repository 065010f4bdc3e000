import { AppError } from "#kernel";
import type { Call, OptionSpec } from "./command.ts";

export const roleOption: OptionSpec = {
  flags: "--role <where:role>",
  description:
    "viewer, operator or admin, in an environment or everywhere: production:operator, *:viewer; again for more",
  many: true,
};

export const urlOption: OptionSpec = {
  flags: "--url <address>",
  description: "where browsers find the server; by default the one in KEYTURN_URL, or http://127.0.0.1:7333",
};

export function rolesFrom({ options }: Pick<Call, "options">): readonly string[] {
  const roles = options.list("role");
  if (roles.length > 0) return roles;
  throw new AppError("USAGE", "it needs a role", { hint: "for example --role production:viewer" });
}

export async function urlFrom({ options, away }: Pick<Call, "options" | "away">): Promise<string> {
  const server = await away();
  const usual = server?.startsWith("http") === true ? server : "http://127.0.0.1:7333";
  const text = options.text("url") ?? usual;
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url.origin;
  throw new AppError("USAGE", "--url takes the address of the server", { hint: "as https://keyturn.example.com" });
}
