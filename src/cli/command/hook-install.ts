import { resolve } from "node:path";
import { installHooks } from "#operation";
import type { Call, Command } from "../command.ts";
import { renderInstalled } from "../render/hook.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "[dir]", description: "folder of the repository; this one by default" }],
  options: [
    { flags: "--pre-receive", description: "on a server: looks at what is pushed to this repository" },
    {
      flags: "--kit <file>",
      description: "a file of `keyturn scan-kit export`, for where no store is; KEYTURN_URL confirms",
    },
    { flags: "--shared", description: "also where core.hooksPath is set for every repository of this user" },
  ],
  description:
    "Before a commit, what is staged is looked into; before a push, exactly what it brings. A value of the store or an\n" +
    ".env file stops it. A hook that is there already is kept, runs first, and its refusal counts. Where husky keeps the\n" +
    "hooks, the lines go into its files; for lefthook and pre-commit it prints what their file needs, and exits with 2.\n" +
    "--home, --manifest, --env, --key-file and --kit are written into the hook.",
  here: true,
  run: async (call) => {
    const { terminal, json, options, place, arguments: words } = call;
    const kit = options.text("kit");
    const result = await installHooks(await call.context(), {
      folder: resolve(place.folder, words[0] ?? "."),
      preReceive: options.flag("preReceive"),
      shared: options.flag("shared"),
      command: { program: programHere(), options: placeOptions(place) },
      ...(kit === undefined ? {} : { kit: resolve(place.folder, kit) }),
    });
    terminal.out.write(json ? renderJson(result) : renderInstalled(result, terminal.out.color));
    return result.kind === "wanted" ? 2 : 0;
  },
};

/** This command, as it was started. */
function programHere(): readonly string[] {
  const [node = "", file = ""] = process.argv;
  return [node, file];
}

/** A hook runs in a folder of its own: paths are whole. */
function placeOptions({ folder, home, manifest, environment, keyFile }: Call["place"]): readonly string[] {
  const paths = { "--home": home, "--manifest": manifest, "--key-file": keyFile };
  return [
    ...Object.entries(paths).flatMap(([flag, path]) => (path === undefined ? [] : [flag, resolve(folder, path)])),
    ...(environment === undefined ? [] : ["--env", environment]),
  ];
}
