import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isHolderGone, ownHolder } from "#host";

test("a holder is gone when its process is, and not a moment before", async () => {
  const module = new URL("../../src/host/process/holder.ts", import.meta.url);
  const program = `import { ownHolder } from ${JSON.stringify(module.href)};
    console.log(await ownHolder());
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const holder = said.toString().trim();
  expect(await isHolderGone(holder)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await isHolderGone(holder)).toBe(true);
});

test("who can't be looked at from here is not called gone", async () => {
  const own = (await ownHolder()) ?? "boot table 1 1";
  const [, table = "", pid = "", identity = ""] = own.split(" ");
  expect(await isHolderGone(own)).toBe(false);
  expect(await isHolderGone(`another-boot ${table} ${pid} ${identity}0`)).toBe(false);
  expect(await isHolderGone(`${own.split(" ")[0]} pid:[1] ${pid} ${identity}0`)).toBe(false);
  for (const odd of ["", "1", "a b c d", `${own} more`]) expect(await isHolderGone(odd)).toBe(false);
});
