import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDockerHost, openLocalHost, openProcessHost, openSshHost, type Host } from "#host";
import { dialHere } from "../../src/host/dial.ts";
import { createFakeHost } from "../../src/host/fake.ts";
import { readFileOf, temporaryFolder } from "./fixture.ts";
import { freePort, startSshd, type SshServer } from "./sshd.ts";

/** Says back what it hears, behind a greeting. */
const server = createServer({ allowHalfOpen: true }, (socket) => {
  sockets.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
  socket.write("hello ");
  socket.pipe(socket);
});
const sockets = new Set<Socket>();
let port = 0;
let sshd: SshServer;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
  sshd = await startSshd();
});

afterAll(async () => {
  server.close();
  for (const socket of sockets) socket.destroy();
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

const folder = temporaryFolder();
const environment = { PATH: process.env["PATH"] };

dialSuite("fake", () => createFakeHost({ name: "box1", dial: (to) => dialHere("box1", to) }));
dialSuite("local processes", openProcesses);
dialSuite("this machine", openLocal);
dialSuite("this machine's engine", openEngine);
dialSuite("ssh, with a connection of its own", () => openSsh());
dialSuite("ssh, over a connection that calls share", async () => {
  const host = openSsh();
  await host.run(["true"], { timeout: 10_000 });
  return host;
});
dialSuite("the engine of a machine behind sshd", openSshEngine);

function openProcesses(): Host {
  return openProcessHost({ name: "box1", folder, node: process.execPath, readFile: readFileOf, environment });
}

function openLocal(): Host {
  return openLocalHost({ name: "box1", environment });
}

function openEngine(): Host {
  return openDockerHost({ name: "box1", engine: { kind: "socket", path: join(folder, "none") } });
}

function openSsh({ address, config, environment: variables } = sshd): Host {
  return openSshHost({ name: "box1", address, config, environment: variables });
}

function openSshEngine(): Host {
  const { address, config, environment: variables } = sshd;
  return openDockerHost({ name: "box1", engine: { kind: "ssh", address, config, environment: variables } });
}

/** What every host promises of `dial`, whatever is behind it. */
function dialSuite(name: string, open: () => Host | Promise<Host>): void {
  describe(`a port of a machine's loopback (${name})`, () => {
    test("takes what is sent and gives what it says, unchanged and to the end", async () => {
      const host = await open();
      const stream = await host.dial(port);
      const sent = Buffer.alloc(1_000_000, "0123456789abcdef").toString();
      stream.end(sent);
      expect((await text(stream)) === `hello ${sent}`).toBe(true);
      await host.close();
    });

    test("that nobody listens at is HOST_UNREACHABLE", async () => {
      const host = await open();
      const nobody = await freePort();
      await expect(heard(() => host.dial(nobody))).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
      await host.close();
    });

    test("is left when the stream is destroyed", async () => {
      const host = await open();
      const stream = await host.dial(port);
      await once(stream, "data");
      expect(sockets.size).toBe(1);
      stream.destroy();
      await expect.poll(() => sockets.size, { timeout: 30_000 }).toBe(0);
      await host.close();
    });
  });
}

test.each([
  [80, "10.0.0.1"],
  [80, "example.org"],
  [80, "127.0.0.1.example.org"],
  [80, "0.0.0.0"],
  [80, "-oProxyCommand=x"],
  [80, "::ffff:10.0.0.1"],
  [0, "127.0.0.1"],
  [65_536, "127.0.0.1"],
  [1.5, "127.0.0.1"],
  [Number.NaN, "127.0.0.1"],
])("no host dials anything but a port of a loopback address: %d of %s", async (wrong, address) => {
  const hosts = [
    createFakeHost({ name: "box1" }),
    openLocal(),
    openProcesses(),
    openEngine(),
    openSsh(),
    openSshEngine(),
  ];
  for (const host of hosts) await expect(host.dial(wrong, address)).rejects.toMatchObject({ code: "INTERNAL" });
});

describe("over ssh", () => {
  test("a port that refuses is told apart from a machine that can't be reached", async () => {
    const nobody = await freePort();
    await expect(heard(() => openSsh().dial(nobody))).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: `box1 takes no connection at 127.0.0.1:${nobody} (refused)`,
    });
    const gone = await startSshd();
    await gone.stop();
    await expect(heard(() => openSsh(gone).dial(port))).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining("box1 can't be reached"),
    });
  });

  test("a sshd that forwards nothing is named, with its setting", async () => {
    const strict = await startSshd(["AllowTcpForwarding no"]);
    const host = openSsh(strict);
    await expect(heard(() => host.dial(port))).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: `sshd of box1 forwards no connection to 127.0.0.1:${port}`,
      hint: expect.stringContaining("AllowTcpForwarding local"),
    });
    await expect(heard(() => host.dial(port))).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    await host.close();
    await strict.stop();
  });

  test("the rules for keys of hosts are those of every other call", async () => {
    const other = await startSshd();
    writeFileSync(other.knownHosts, "");
    await expect(heard(() => openSsh(other).dial(port))).rejects.toMatchObject({ code: "HOST_KEY_UNKNOWN" });
    const [, ...key] = readFileSync(sshd.knownHosts, "utf8").split(" ");
    const place = /Port (\d+)/.exec(readFileSync(other.config, "utf8"))?.[1];
    writeFileSync(other.knownHosts, `[127.0.0.1]:${place} ${key.join(" ")}`);
    await expect(heard(() => openSsh(other).dial(port))).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
    await other.stop();
  });
});

/** A stream's first words, or what it fails with. */
async function heard(dial: () => Promise<Duplex>): Promise<string> {
  const stream = await dial();
  try {
    return String(await once(stream, "data"));
  } finally {
    stream.destroy();
  }
}
