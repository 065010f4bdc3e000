import { spawn } from "node:child_process";

export interface Serving {
  readonly address: string;
  close(): Promise<void>;
}

/** Starts a server as a program of its own, which tells its address as JSON, and ends it again. */
export async function startServing(argv: readonly string[], cwd: string): Promise<Serving> {
  const child = spawn(process.execPath, argv, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => void child.on("close", () => resolve()));
  let said = "";
  for await (const piece of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += String(piece);
    if (said.trimEnd().endsWith("}")) break;
  }
  const { address } = JSON.parse(said) as { readonly address: string };
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  return { address, close };
}
