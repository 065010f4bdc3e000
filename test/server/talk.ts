import { connect } from "node:net";

/** A request without a body, for whatever address it is sent to. */
export function head(line: string, headers: readonly string[] = []): string {
  return [`${line} HTTP/1.1`, "Host: HOST", ...headers, "", ""].join("\r\n");
}

/** Bytes as they are, which no fetch would send; what came back until the end, or until nothing came for a while. */
export function talk(address: string, request: string): Promise<string> {
  const { hostname, port, host } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let seen = "";
    const end = () => {
      socket.destroy();
      resolve(seen);
    };
    socket.setTimeout(1500, end);
    socket.on("data", (bytes: Buffer) => (seen += bytes.toString("latin1")));
    socket.on("error", end).on("close", end);
    socket.write(request.replace("Host: HOST", `Host: ${host}`));
  });
}
