import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { openTerminal } from "#cli";

const red = "\u001b[31mx\u001b[39m";

test.each([
  ["a terminal", { isTTY: true }, { TERM: "xterm" }, red],
  ["a pipe", {}, { TERM: "xterm" }, "x"],
  ["a pipe in a CI job", {}, { CI: "true", GITHUB_ACTIONS: "true" }, "x"],
  ["a terminal that can't", { isTTY: true }, { TERM: "dumb" }, "x"],
  ["a terminal with NO_COLOR", { isTTY: true }, { TERM: "xterm", NO_COLOR: "1" }, "x"],
  ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, red],
])("colours on %s", (_, own, environment, expected) => {
  const stream = Object.assign(new PassThrough(), own) as unknown as NodeJS.WriteStream;
  const terminal = openTerminal({
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: stream,
    stderr: stream,
    environment,
  });
  expect(terminal.out.color.red("x")).toBe(expected);
});
