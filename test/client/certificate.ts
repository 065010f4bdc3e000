import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { onTestFinished } from "vitest";

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** the certificate of the authority, which is its own */
  readonly file: string;
}

/** For 127.0.0.1, of an authority that nobody else trusts. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const at = (name: string) => join(folder, name);
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1`;
  const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", at("key"), "-out", at("ca")];
  execFileSync("openssl", [...words.split(" "), ...names], { stdio: "ignore" });
  return { key: await readFile(at("key")), cert: await readFile(at("ca")), file: at("ca") };
}

export interface TlsFront {
  readonly url: string;
  /** to a server on this port of loopback */
  readonly lead: (port: number) => void;
  /** everybody who is connected is cut off; who comes again is served again */
  readonly cut: () => void;
}

/** What a proxy does that ends TLS before a server of this machine. */
export async function openTlsFront({ key, cert }: Certificate): Promise<TlsFront> {
  let port = 0;
  const open = new Set<() => void>();
  const server = createServer({ key, cert, ALPNProtocols: ["http/1.1"] }, (outside) => {
    const inside = connect(port, "127.0.0.1");
    const end = (): void => {
      open.delete(end);
      outside.destroy();
      inside.destroy();
    };
    open.add(end);
    for (const one of [outside, inside]) one.on("error", end).on("close", end);
    outside.pipe(inside).pipe(outside);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const lead = (to: number): void => {
    port = to;
  };
  const cut = (): void => {
    for (const end of open) end();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, lead, cut };
}
