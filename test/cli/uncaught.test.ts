import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../../src/main.ts");

test("an error that nobody caught is told without its own text", () => {
  const program = `
    import { main } from ${JSON.stringify(main)};
    setTimeout(() => { throw new Error("holds planted-value-5512"); }, 5);
    await main(["completion", "bash"]);
    setInterval(() => undefined, 1000);`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(status).toBe(70);
  expect(stderr).toContain("keyturn: error: unexpected Error");
  expect(stderr).not.toContain("planted-value-5512");
});
