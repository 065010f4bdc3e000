// `npm start`: the example platform, on this machine, through the same engine that serves hosts.
import { fileURLToPath } from "node:url";
import { main } from "../src/main.ts";

const example = fileURLToPath(new URL("../examples/voxbridge", import.meta.url));
process.exitCode = await main([
  "dev",
  "--env",
  "local",
  "--manifest",
  `${example}/keyturn.yaml`,
  "--sample",
  `${example}/values.sample.env`,
  ...process.argv.slice(2),
]);
