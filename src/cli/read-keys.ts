import { spawnSync } from "node:child_process";

/**
 * Each key of a terminal as it is typed, Ctrl-C and the like too, until the end that this gives is called. Node's raw mode
 * still writes a line feed as two characters, which moves the cursor of programs that draw.
 */
export function readKeys(stdin: NodeJS.ReadStream, onBytes: (bytes: Uint8Array) => void): () => void {
  stdin.setRawMode(true);
  spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
  stdin.on("data", onBytes);
  stdin.resume();
  return () => {
    stdin.off("data", onBytes);
    stdin.pause();
    stdin.setRawMode(false);
  };
}
