import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError } from "#kernel";
import { verifyAudit, type VerifyRequest } from "#operation";
import type { Call, Command } from "../command.ts";
import { renderVerified } from "../render/audit.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [
    {
      flags: "--against <host>",
      description: "compare with the head that this host keeps; `all`; repeatable",
      many: true,
    },
    { flags: "--checkpoint <file>", description: "compare with a checkpoint that was kept elsewhere" },
    { flags: "--verifier <key>", description: "the key that was kept with the checkpoint; the store's own otherwise" },
  ],
  description:
    "Recomputes every entry's hash and the tree above them. An owner of this machine could rewrite all of that:\n" +
    "hosts and a checkpoint from elsewhere show it. Exits with 1 and the first broken entry, or with 2 when a host\n" +
    "that was asked has nothing to compare with.",
  run: async (call) => {
    const { terminal, json, options } = call;
    const request: VerifyRequest = { against: options.list("against"), ...(await checkpointOf(call)) };
    const result = await verifyAudit(await call.context(), request);
    terminal.out.write(json ? renderJson(result) : renderVerified(result, terminal.out.color));
    return result.unseen.length > 0 ? 2 : 0;
  },
};

async function checkpointOf({ options, place }: Call): Promise<Pick<VerifyRequest, "checkpoint">> {
  const [file, verifier] = [options.text("checkpoint"), options.text("verifier")];
  if (file === undefined) return {};
  const path = resolve(place.folder, file);
  const note = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${path} can't be read`, { cause });
  });
  return { checkpoint: { note, ...(verifier === undefined ? {} : { verifier }) } };
}
