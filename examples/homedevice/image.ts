// Makes the image of a service, api or agent, from scratch: this Node, the libraries that it is linked to, and the service's own
// sources. No registry is asked. `node examples/homedevice/image.ts agent homedevice-agent:1 [docker's own options]`
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [service = "agent", tag = `homedevice-${service}:1`, ...options] = process.argv.slice(2);
const example = fileURLToPath(new URL("./", import.meta.url));
const sdk = fileURLToPath(new URL("../../sdk/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "homedevice-image-"));

try {
  copy(process.execPath, "/usr/local/bin/node");
  for (const library of librariesOf(process.execPath)) copy(library, library);
  for (const part of [`${service}/.env.example`, `${service}/src`, "shared"]) copy(join(example, part), `/app/${part}`);
  for (const part of ["package.json", "src"]) copy(join(sdk, part), `/app/sdk/${part}`);
  mkdirSync(join(root, "app/node_modules/@keyturn"), { recursive: true });
  symlinkSync("../../sdk", join(root, "app/node_modules/@keyturn/sdk"));
  await importImage();
} finally {
  rmSync(root, { recursive: true });
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  cpSync(from, join(root, to), { recursive: true, dereference: true });
}

function librariesOf(program: string): readonly string[] {
  return [...execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+)/g)].map(([path]) => path);
}

/** The service is nobody in there, and its folder root's. */
async function importImage(): Promise<void> {
  const words = [`CMD ["/usr/local/bin/node", "/app/${service}/src/main.ts"]`, "USER 65534:65534"];
  const changes = words.flatMap((change) => ["--change", change]);
  const archive = spawn("tar", ["--owner=0", "--group=0", "-C", root, "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const image = spawn("docker", [...options, "import", ...changes, "-", tag], {
    stdio: [archive.stdout, "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    image.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error("docker made no image");
}
