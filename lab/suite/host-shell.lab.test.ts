import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { temporaryFolder } from "../../test/host/fixture.ts";
import { helperSearchSuite } from "../../test/host/helper-search-suite.ts";
import { helperSuite } from "../../test/host/helper-suite.ts";
import { installPackages } from "../package-list.ts";

const tools = temporaryFolder();

beforeAll(async () => {
  await installPackages(["busybox", "bash"], () => {});
  const applets = execFileSync("busybox", ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets) symlinkSync("/bin/busybox", join(tools, applet));
});

afterAll(() => rmSync(tools, { recursive: true }));

// Debian's busybox has neither flock nor chcon, and no other command is to be found
helperSuite("busybox", { shell: [join(tools, "sh")], tools });
helperSuite("bash", { shell: ["bash"] });
helperSearchSuite("busybox", { shell: [join(tools, "sh")], tools });
helperSearchSuite("bash", { shell: ["bash"] });
