import type { Command } from "../command.ts";
import { roleOption, rolesFrom, urlFrom, urlOption } from "../identity-option.ts";
import { linkUrl, renderLink } from "../render/identity.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<account>", description: "its name: small letters, digits and . _ @ + -" }],
  options: [roleOption, urlOption],
  description: "Whoever opens the link chooses a password or a passkey, once and within a day.",
  run: async (call) => {
    const { terminal, json } = call;
    const [name = ""] = call.arguments;
    const url = await urlFrom(call);
    const link = await (await call.home()).addAccount(name, rolesFrom(call));
    const { expiresAt } = link;
    terminal.out.write(json ? renderJson({ name, link: linkUrl(url, link), expiresAt }) : renderLink(url, link));
    return 0;
  },
};
