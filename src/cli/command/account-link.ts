import type { Command } from "../command.ts";
import { urlFrom, urlOption } from "../identity-option.ts";
import { linkUrl, renderLink } from "../render/identity.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<account>", description: "its name" }],
  options: [urlOption],
  description: "The link before it is void. Password, passkeys and sessions of now stay until this one is used.",
  run: async (call) => {
    const { terminal, json } = call;
    const [name = ""] = call.arguments;
    const url = await urlFrom(call);
    const link = await (await call.home()).linkAccount(name);
    const { expiresAt } = link;
    terminal.out.write(json ? renderJson({ name, link: linkUrl(url, link), expiresAt }) : renderLink(url, link));
    return 0;
  },
};
