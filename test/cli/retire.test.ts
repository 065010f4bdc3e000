import { expect, test } from "vitest";
import { keyturnIn } from "./keyturn.ts";

test(
  "what is before the present version ends, and the second time there is nothing to do",
  { timeout: 90_000 },
  async () => {
    const { keyturn } = await keyturnIn();
    await keyturn("set SHARED_SECRET", { input: "first-long-enough" });
    await keyturn("set SHARED_SECRET", { input: "second-long-enough" });
    const asked = await keyturn("retire SHARED_SECRET");
    expect(asked.code).toBe(64);
    expect(asked.err).toMatch(
      /^SHARED_SECRET: these become retired, for good\n {2}- v1 [0-9a-f]{16} {2}everywhere\nkeyturn: error: there is no terminal/,
    );
    const { out, code } = await keyturn("retire SHARED_SECRET --yes");
    expect({ out, code }).toEqual({
      out: "done: SHARED_SECRET v1 is retired\nnext: print the runbook anew, `keyturn docs`\n",
      code: 0,
    });
    expect((await keyturn("retire SHARED_SECRET --yes")).out).toBe(
      "nothing to do: no version of SHARED_SECRET is left to end there\n",
    );
  },
);

test(
  "the present version is refused with the next step, and so is what is not there",
  { timeout: 90_000 },
  async () => {
    const { keyturn } = await keyturnIn();
    await keyturn("set SHARED_SECRET --grant", { input: "first-long-enough" });
    expect(await keyturn("retire SHARED_SECRET --version v1 --yes")).toEqual({
      code: 75,
      out: "",
      err: `error: api@here is to have v1 of SHARED_SECRET
  → make a new version first: \`keyturn set SHARED_SECRET\`, then \`keyturn apply\`, then this again
error: api@there is to have v1 of SHARED_SECRET
  → make a new version first: \`keyturn set SHARED_SECRET\`, then \`keyturn apply\`, then this again
error: web@here is to have v1 of SHARED_SECRET
  → make a new version first: \`keyturn set SHARED_SECRET\`, then \`keyturn apply\`, then this again
keyturn: error: SHARED_SECRET is in use there, nothing was retired
keyturn: hint: make a new version first: \`keyturn set SHARED_SECRET\`, then \`keyturn apply\`, then this again
`,
    });
    expect(await keyturn("retire NOBODY --yes")).toMatchObject({ code: 69 });
    expect(await keyturn("retire SHARED_SECRET --version=x --yes")).toMatchObject({ code: 64 });
  },
);
