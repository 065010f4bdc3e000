import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Bench, Benchmark, Row } from "../benchmark.ts";
import { must } from "../process.ts";
import { race } from "../race.ts";

export const firstLoad: Benchmark = {
  name: "console",
  title: "The console",
  about: `Debian's Chromium, without a cache, opens the address that \`keyturn serve\` prints: until the log-in can be used. Bytes are
those that came over the wire. Pages beyond the first four are loaded when somebody opens them.`,
  measure: async (bench) => {
    const { server, url } = await serve(bench);
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    try {
      return await measureFirstLoad(browser, url, bench.signal);
    } finally {
      await browser.close();
      server.kill();
      await once(server, "exit");
    }
  },
};

const repository = fileURLToPath(new URL("../..", import.meta.url));
const most = 250_000;

/** As published: the bundle, and the built console beside it. */
async function serve({ folder, keyturn }: Bench): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  await must([process.execPath, join(repository, "scripts/build-console.js")]);
  await cp(join(repository, "console/dist"), join(keyturn, "../../console/dist"), { recursive: true });
  const argv = [keyturn, "serve", "--listen", "127.0.0.1:0", "--home", folder];
  const server = spawn(process.execPath, argv, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: server.stdout })) {
    const [url] = /http:\/\/[\d.:]+/.exec(line) ?? [];
    if (url !== undefined) return { server, url };
  }
  throw new Error("keyturn serve ended before it served");
}

async function measureFirstLoad(browser: Browser, url: string, signal: AbortSignal): Promise<readonly Row[]> {
  let page: Page | undefined;
  const bytes = new Map<string, number>();
  const open = {
    name: "first load",
    prepare: async () => {
      await page?.context().close();
      bytes.clear();
      page = await (await browser.newContext()).newPage();
      page.on("requestfinished", async (request) => {
        const { responseBodySize } = await request.sizes();
        const type = request.resourceType();
        bytes.set(type, (bytes.get(type) ?? 0) + responseBodySize);
      });
    },
    run: async () => {
      await page?.goto(url);
      await page?.getByRole("button", { name: "Log in" }).waitFor();
    },
  };
  const [timing] = await race([open], { rounds: 7, signal });
  const script = bytes.get("script") ?? NaN;
  const claim = { asked: "under 250 kB", got: kilobytes(script), met: script < most };
  return [
    { what: "first load, until the log-in can be used", ...(timing === undefined ? {} : { timing }) },
    { what: "its script, compressed", figure: kilobytes(script), claim },
    { what: "its style sheet, compressed", figure: kilobytes(bytes.get("stylesheet") ?? NaN) },
  ];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
