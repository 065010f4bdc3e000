import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "#kernel";
import { must } from "../process.ts";

export interface BenchEngine {
  /** for docker's own client and for Keyturn */
  readonly environment: Readonly<Record<string, string>>;
  /** an image with busybox in it */
  readonly image: string;
  stop(): Promise<void>;
}

const bridge = "ktbench0";

/** An engine of its own, below one folder and on a bridge of its own, which takes nothing of another one. */
export async function startEngine(folder: string): Promise<BenchEngine> {
  const socket = join(folder, "docker.sock");
  const environment = { PATH: process.env["PATH"] ?? "", DOCKER_HOST: `unix://${socket}` };
  await must(["ip", "link", "add", bridge, "type", "bridge"], {});
  await must(["ip", "addr", "add", "10.213.0.1/22", "dev", bridge], {});
  await must(["ip", "link", "set", bridge, "up"], {});
  const places = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-p", join(folder, "pid")];
  const engine = spawn("dockerd", [...places, "-H", `unix://${socket}`, "--bridge", bridge, "--iptables=false"], {
    stdio: "ignore",
    // a Ctrl-C is for us: it still has to take its containers away
    detached: true,
  });
  const stop = async (): Promise<void> => {
    await emptied(environment);
    await ended(engine);
    await must(["ip", "link", "del", bridge], {});
  };
  try {
    await answering(environment);
    return { environment, image: await importBusybox(folder, environment), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * An engine that ends gives up on containers that take long, and leaves them behind with what is mounted for them. On a
 * busy machine one removal of a hundred does the same.
 */
async function emptied(env: BenchEngine["environment"]): Promise<void> {
  for (let left = 5; left > 0; left -= 1) {
    const ids = (await must(["docker", "ps", "-aq"], { env }).catch(() => "")).split("\n").filter((id) => id !== "");
    if (ids.length === 0) return;
    await must(["docker", "rm", "-f", ...ids], { env }).catch(() => undefined);
  }
}

async function ended(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null) return;
  const end = once(engine, "exit");
  engine.kill("SIGTERM");
  await end;
}

async function answering(environment: BenchEngine["environment"]): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const up = await must(["docker", "version"], { env: environment }).then(
      () => true,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new AppError("HOST_UNREACHABLE", "the Docker engine of this benchmark does not start", {
    hint: "apt-get install docker.io iptables busybox, as root",
  });
}

async function importBusybox(folder: string, env: BenchEngine["environment"]): Promise<string> {
  const root = join(folder, "image");
  await mkdir(join(root, "bin"), { recursive: true });
  await copyFile("/bin/busybox", join(root, "bin/busybox"));
  // of two packages that Debian has, one is linked with libraries
  const libraries = await must(["ldd", "/bin/busybox"], {}).catch(() => "");
  for (const [path] of libraries.matchAll(/\/[^\s)]+/g)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await copyFile(path, join(root, path));
  }
  for (const name of ["sh", "httpd", "mkdir", "echo"]) await symlink("busybox", join(root, "bin", name));
  await must(["tar", "-C", root, "-cf", join(folder, "image.tar"), "."], {});
  await must(["docker", "import", join(folder, "image.tar"), "agent:1"], { env });
  return "agent:1";
}
