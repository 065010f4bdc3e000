export { renderError } from "./render/error.ts";
export { runCli, type CliInput } from "./program.ts";
export { openTerminal, type Terminal } from "./terminal.ts";
