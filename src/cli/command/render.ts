import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { AppError } from "#kernel";
import { renderService, type RenderResult } from "#operation";
import type { Call, Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<service>", description: "name of the service" }],
  options: [
    {
      flags: "--dialect <name>",
      description: "systemd, docker, compose, node, dotenv, vite, python, sh, github, k8s or json",
    },
    { flags: "--host <name>", description: "where the service's hosts get different values" },
    { flags: "--output <file>", description: "write a 0600 file instead of standard output" },
  ],
  description: "The file that a consumer wants, with its values; each time is an entry in the audit log.",
  run: async (call) => {
    const { options } = call;
    const [service = ""] = call.arguments;
    const dialect = options.text("dialect");
    if (dialect === undefined) throw new AppError("USAGE", "which consumer the file is for was not said", hint);
    const output = await outputOf(call);
    if (output === "kept") return 130;
    const host = options.text("host");
    const result = await renderService(await call.context(), {
      service,
      dialect,
      replace: output !== undefined,
      ...(host === undefined ? {} : { host }),
      ...(output === undefined ? {} : { output }),
    });
    await report(call, result);
    return 0;
  },
};

const hint = { hint: "--dialect systemd, docker, compose, node, dotenv, vite, python, sh, github, k8s or json" };

/** A file that is there is replaced only after a question. */
async function outputOf(call: Call): Promise<string | undefined> {
  const given = call.options.text("output");
  if (given === undefined) return undefined;
  const path = resolve(call.place.folder, given);
  if (existsSync(path) && !(await confirm(call, `replace ${path}?`))) return "kept";
  return path;
}

async function report({ terminal, json }: Call, { content, ...result }: RenderResult): Promise<void> {
  const { service, host, dialect, names, output } = result;
  for (const { name, path } of result.files) {
    terminal.err.write(
      `keyturn: ${name} is a file variable: ${path}, which \`keyturn apply\` writes, is all that is shown of it\n`,
    );
  }
  if (content !== undefined && !json) await terminal.out.writeBytes(content.reveal());
  else if (json) {
    const text = content === undefined ? {} : { content: content.reveal().toString("utf8") };
    terminal.out.write(renderJson({ ...result, ...text }));
  } else
    terminal.out.write(`${names.length} variables of ${service}@${host} for ${dialect} in ${output ?? ""} (0600)\n`);
}
