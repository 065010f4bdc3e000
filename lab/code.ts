import { existsSync } from "node:fs";
import { chmod, cp, mkdir, rm } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { deployUser, type HostSpec } from "./host-table.ts";
import { place } from "./place.ts";
import { attempt, run } from "./run.ts";

export const platform = fileURLToPath(new URL("../examples/voxbridge", import.meta.url));
const builder = fileURLToPath(new URL("../scripts/build-sdk.js", import.meta.url));
/** what a developer has lying about; a brand's own .env deeper down is part of the code */
const leftovers = /(?:^|\/)(?:node_modules|dist|\.keyturn)(?:\/|$)|^(?:[^/]+\/)?\.env$/;
const identity = ["-c", "user.name=lab", "-c", "user.email=lab@localhost", "-c", "gc.auto=0"];

/**
 * What the hosts pull from: a bare repository whose `main` is the example platform as it is in the checkout now. Called
 * again it adds a commit when something changed, so a `git pull` on the hosts has something to bring.
 */
export async function publishCode(message = "the platform as it is now"): Promise<string> {
  await layTree();
  const git = ["git", `--git-dir=${place.code}`, `--work-tree=${place.tree}`, ...identity];
  if (!existsSync(place.code)) await run(["git", "init", "-q", "--bare", "--initial-branch=main", place.code]);
  await run([...git, "-c", "core.bare=false", "add", "--all", "--force"]);
  const unchanged = await attempt([...git, "-c", "core.bare=false", "diff", "--cached", "--quiet", "HEAD"]);
  if (unchanged.status !== 0) {
    await run([...git, "-c", "core.bare=false", "commit", "-q", "--allow-empty", "-m", message]);
  }
  await chmod(place.code, 0o755);
  return (await run([...git, "rev-parse", "main"])).trim();
}

/** The platform with the package that its services import: hosts reach no registry that could bring it. */
async function layTree(): Promise<void> {
  await rm(place.tree, { recursive: true, force: true });
  await cp(platform, place.tree, {
    recursive: true,
    filter: (source) => !leftovers.test(relative(platform, source)),
  });
  await run([process.execPath, builder, `${place.tree}/node_modules/@keyturn/sdk`]);
}

/** A clone for each service of the host, owned by the deploy user; the service's folder itself stays root's. */
export async function cloneCode(spec: HostSpec, root: string): Promise<void> {
  const owner = `${deployUser.id}:${deployUser.id}`;
  for (const service of spec.services) {
    const target = `${root}/opt/${service}/code`;
    await mkdir(`${root}/opt/${service}`, { recursive: true, mode: 0o755 });
    await run(["git", "clone", "-q", place.code, target]);
    await run(["git", "-C", target, "remote", "set-url", "origin", "/srv/voxbridge.git"]);
    await run(["chown", "-R", owner, target]);
  }
}
