import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { copiedPlatform, type Copied } from "./copied-platform.ts";
import { getJson } from "./platform.ts";

export interface Voxbridge extends Copied {
  readonly calls: () => Promise<Tally>;
}

/** What the dialler counted of its calls over all its runs. */
interface Tally {
  readonly attached: number;
  /** refused, broken, or turned away */
  readonly lost: number;
}

const dialler = `{ HOST: 127.0.0.1, VOXCORE_WORKERS: "http://127.0.0.1:8101,http://127.0.0.1:8102", DIALLER_CALLS_PER_SECOND: 100,
          DIALLER_CALL_MS: 0, DIALLER_POLL_MS: 60000, DIALLER_ATTACH_TIMEOUT_MS: 60000, DIALLER_BUSY_WAIT_MS: 60000 }`;

/** The calling platform: a backend, two workers, and a dialler that attaches all the time. Nothing is quiet for long. */
export async function voxbridge(): Promise<Voxbridge> {
  const manifest = await readFile(new URL("../../examples/voxbridge/keyturn.yaml", import.meta.url), "utf8");
  const [console = ""] = /console:\n {8}runtime: process\n(?: {8}.*\n)*/.exec(manifest) ?? [];
  const platform = await copiedPlatform("voxbridge", {
    ports: [8080, 8090, 8101, 8102],
    edits: {
      "keyturn.yaml": [
        [
          `report: "http://127.0.0.1:8080/health/secrets"`,
          `report: "http://127.0.0.1:8080/health/secrets"\n        quiet: 300ms`,
        ],
        [
          `report: "http://127.0.0.1:810%i/health/secrets"`,
          `report: "http://127.0.0.1:810%i/health/secrets"\n        quiet: 300ms`,
        ],
        [`instances: ["1", "2", "3"]`, `instances: ["1", "2"]`],
        ["VOXCORE_DRAIN_SECONDS: 2 }", "VOXCORE_DRAIN_SECONDS: 2, VOXCORE_BACKEND_WAIT_MS: 60000 }"],
        [
          `directory: dialler\n        hosts: [here]\n        prepare: []\n        values: { HOST: 127.0.0.1 }`,
          `directory: dialler\n        hosts: [here]\n        prepare: []\n        values: ${dialler}`,
        ],
        [console, "console: false\n"],
      ],
    },
  });
  return { ...platform, calls: () => tallyOf(platform) };
}

type Counters = Readonly<Record<"refused" | "broken" | "busy", number>>;

/** A run that ended wrote down what it counted; the present one is asked. */
async function tallyOf({ shift, context }: Copied): Promise<Tally> {
  const log = await readFile(join(context.home, "run", context.environment, "dialler/dialler.log"), "utf8");
  const ended = log.split("\n").filter((line) => line.includes('"message":"stopped"'));
  const counted = ended.map((line) => JSON.parse(line) as Counters & { readonly success: number });
  const { body } = await getJson(`http://127.0.0.1:${8090 + shift}/health/attaches`);
  const now = body as Counters & { readonly attached: number };
  return [...counted, { ...now, success: now.attached }].reduce(
    (sum, { success, refused, broken, busy }) => ({
      attached: sum.attached + success,
      lost: sum.lost + refused + broken + busy,
    }),
    { attached: 0, lost: 0 },
  );
}
