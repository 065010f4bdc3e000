import type { ChildProcess } from "node:child_process";
import { Duplex } from "node:stream";

/** `code` is undefined when a signal ended it; `complaint` is its standard error, bounded. */
type Explain = (code: number | undefined, complaint: string) => Promise<Error>;

/** What a child reads and writes, as one stream that fails with the reason when the child did. */
export function childStream(child: ChildProcess, explain: Explain): Duplex {
  let complaint = "";
  const stream = new Duplex({
    read: () => void child.stdout?.resume(),
    // why it could not be written is what the child's end says
    write: (chunk, _, taken) => void child.stdin?.write(chunk, () => taken()),
    final: (taken) => void child.stdin?.end(() => taken()),
    destroy: (error, gone) => {
      // of a connection that calls share the other process has the same pipes, and goes by their end
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.kill("SIGTERM");
      gone(error);
    },
  });
  const fail = (code: number | undefined) => void explain(code, complaint).then((error) => stream.destroy(error));
  child.stdin?.on("error", () => {});
  child.stdout?.on("data", (bytes: Buffer) => {
    if (!stream.push(bytes)) child.stdout?.pause();
  });
  child.stderr?.on("data", (bytes: Buffer) => {
    complaint = (complaint + bytes.toString("latin1")).slice(-4000);
  });
  child.once("error", () => fail(undefined));
  child.once("close", (code) => (code === 0 ? stream.push(null) : fail(code ?? undefined)));
  return stream;
}
