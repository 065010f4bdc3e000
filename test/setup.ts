import * as fc from "fast-check";

/** The same inputs at every run, so that a red run is a change's doing; `SEED=random` or a number gives others. */
const given = process.env["SEED"] ?? "1";

fc.configureGlobal({ seed: given === "random" ? Date.now() % 1_000_000 : Number(given) });

// whoever works with a platform in this terminal has some of these exported: no test reads or touches that platform
for (const name of Object.keys(process.env).filter((name) => name.startsWith("KEYTURN_"))) delete process.env[name];
