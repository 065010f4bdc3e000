import { AppError } from "#kernel";
import type { Call, Command } from "../command.ts";
import { scopeOf, scopeOptions } from "../scope-option.ts";

export const command: Command = {
  arguments: [{ form: "<name>", description: "name of the variable" }],
  options: scopeOptions,
  description:
    "Written to standard output and nowhere else, after its entry in the audit log. On a terminal a line feed follows;\n" +
    "into a pipe or a file only with --yes, and byte for byte.",
  run: async (call) => {
    const { terminal, json, yes } = call;
    const [name = ""] = call.arguments;
    if (!terminal.out.live && !yes) {
      throw new AppError("USAGE", "standard output is not a terminal, and would keep the value", {
        hint: "give --yes when that is meant",
      });
    }
    const { version, value } = await (await call.home()).revealValue({ name, scope: scopeOf(call) });
    const bytes = value.reveal();
    if (json) terminal.out.write(`${JSON.stringify({ name, version, ...textOf(bytes) }, null, 2)}\n`);
    else await writeRaw(call, bytes);
    return 0;
  },
};

/** A value may hold what drives a terminal: there it is shown escaped. */
async function writeRaw({ terminal }: Call, bytes: Buffer): Promise<void> {
  if (!terminal.out.live) await terminal.out.writeBytes(bytes);
  else terminal.out.write(`${printable(bytes)}\n`);
}

function printable(bytes: Buffer): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  const control = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;
  return bytes.toString("utf8").replaceAll(control, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function textOf(bytes: Buffer): { readonly value?: string; readonly base64?: string } {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? { value: text } : { base64: bytes.toString("base64") };
}
