import type { Benchmark } from "../benchmark.ts";
import { atMost } from "../claim.ts";
import { must } from "../process.ts";
import { race } from "../race.ts";

export const start: Benchmark = {
  name: "start",
  title: "Start of the command",
  about: `The published command (bundled, through Node's compile cache) against Node with nothing to do.`,
  measure: async ({ keyturn, signal }) => {
    const [node, version] = await race(
      [
        { name: "node -e 0", run: async () => void (await must([process.execPath, "-e", "0"])) },
        { name: "keyturn --version", run: async () => void (await must([process.execPath, keyturn, "--version"])) },
      ],
      { rounds: 30, signal },
    );
    if (node === undefined || version === undefined) return [];
    return [
      { what: node.name, timing: node },
      { what: version.name, timing: version, claim: atMost(1.5, version, node) },
    ];
  },
};
