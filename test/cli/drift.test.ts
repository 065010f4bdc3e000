import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applied, livePlatform, runFolder } from "../operation/live-platform.ts";
import { keyturnAt } from "./keyturn.ts";

test("drift shows what differs and who mends it; --fix shows the plan, asks, and mends", async () => {
  const { context, folder } = await livePlatform();
  const keyturn = keyturnAt(folder);
  await applied(context);
  expect(await keyturn("drift")).toMatchObject({ code: 0, out: "no drift: 2 targets of local as the store says\n" });
  expect(await keyturn("drift --fix")).toMatchObject({ code: 0 });

  await appendFile(join(runFolder(context), "fleet", ".env"), "MINE=hidden\n");
  await writeFile(join(folder, "api", ".env"), "TOKEN=hidden\n");
  const report = `fleet@here
  ! the file was edited on the host
  ! the file has MINE, which the store does not give: an apply takes that away
  ! a, b started before another hand wrote the file, and would read that next time
  → keyturn apply fleet@here
api@here
  ! ${join(folder, "api", ".env")} sets TOKEN as well, for the process if the service reads such files itself
  → $EDITOR ${join(folder, "api", ".env")}
4 findings in local, 0 targets as the store says: \`keyturn drift --fix\` can mend 3, 1 needs a person
`;
  expect(await keyturn("drift")).toMatchObject({ code: 2, out: report });
  expect((await keyturn("plan")).out).toContain(
    "1 target of local would change, 0 would not, 1 needs a person: see drift",
  );

  const asked = await keyturn("drift --fix");
  expect(asked).toMatchObject({ code: 64, out: "" });
  expect(asked.err).toContain(report);
  expect(asked.err).toContain("  ~ here: write the file\n");
  const fixed = await keyturn("drift --fix --yes");
  expect(fixed.code).toBe(2);
  expect(fixed.out).toMatch(/^done: r2 runs on 1 target, verified\napi@here\n[^]*1 finding in local/);

  await rm(join(folder, "api", ".env"));
  await appendFile(join(runFolder(context), "fleet", ".env"), "MINE=hidden\n");
  const { code, out } = await keyturn("drift --fix --yes --json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    found: { drift: [{ kind: "file-edited" }, { kind: "file-foreign" }, { kind: "process-older" }] },
    applied: { kind: "rolled-out", outcome: { kind: "done" } },
    remaining: { drift: [] },
  });
  expect(JSON.stringify([report, asked, fixed, out])).not.toContain("hidden");
});
