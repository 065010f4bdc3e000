import { once } from "node:events";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { Duplex } from "node:stream";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SecretProbe } from "#contract";
import { AppError, Sensitive, systemClock, type Clock } from "#kernel";
import { probeSecret, readSecretReport, type Dialer, type ProbeResult } from "#verification";
import { dialHere } from "../../src/host/dial.ts";
import { createFakeHost } from "../../src/host/fake.ts";
import { freePort } from "../host/sshd.ts";
import { closed, listening, startVerifier, type SecretService } from "./secret-service.ts";

const secret = "kY7-Zr_2.w9";
const machine = createFakeHost({ name: "box1", dial: (to) => dialHere("box1", to) });
let service: SecretService;

beforeEach(async () => {
  service = await startVerifier({ current: secret, previous: "the one before" });
});

afterEach(() => service.close());

function probeOf(url: string, more: Partial<SecretProbe> = {}): SecretProbe {
  return {
    url,
    from: "host",
    method: "POST",
    header: "Authorization",
    scheme: "Bearer",
    body: { text: '{"call":"probe"}', type: "application/json" },
    refused: [401, 403],
    timeout: 5000,
    deadline: 20_000,
    ...more,
  };
}

/** Nobody waits: its sleep is over at once, and is the only thing that takes time. */
function hurried(): Clock & { readonly slept: () => number } {
  let time = 0;
  return {
    now: () => time,
    monotonic: () => time,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      time += ms;
    },
    slept: () => time,
  };
}

interface Asking {
  readonly probe?: SecretProbe;
  readonly host?: Dialer;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

function probe(value: string | Uint8Array, asking: Asking = {}): Promise<ProbeResult> {
  const { probe: given = probeOf(`${service.url}/attach`), host = machine, clock = hurried(), signal } = asking;
  const input = { probe: given, host, value: Sensitive.of(value), clock };
  return probeSecret(signal === undefined ? input : { ...input, signal });
}

describe("a probe", () => {
  test("passes with a value that the service accepts, and is refused with any other", async () => {
    expect(await probe(secret)).toEqual({ kind: "passed" });
    expect(await probe("the one before")).toEqual({ kind: "passed" });
    expect(await probe("another one")).toEqual({ kind: "refused", status: 401 });
  });

  test("is the request that the manifest says, with the value in its header alone", async () => {
    await probe(secret);
    const [asked] = service.asked;
    expect(asked).toMatchObject({
      method: "POST",
      path: "/attach",
      body: '{"call":"probe"}',
      headers: {
        authorization: `Bearer ${secret}`,
        host: new URL(service.url).host,
        "content-type": "application/json",
        "content-length": "16",
      },
    });
    const { authorization: _, ...others } = asked?.headers ?? {};
    expect(JSON.stringify([others, asked?.path, asked?.body])).not.toContain(secret);
  });

  test("has another header bare, and no body where none is said", async () => {
    const { scheme: _, body: __, ...bare } = probeOf(`${service.url}/attach?a=1`, { method: "GET", header: "X-Token" });
    await probe(secret, { probe: bare });
    expect(service.asked[0]).toMatchObject({
      method: "GET",
      path: "/attach?a=1",
      body: "",
      headers: { "x-token": secret },
    });
    expect(service.asked[0]?.headers).not.toHaveProperty("content-type");
  });

  test("carries the value's bytes as they are", async () => {
    const value = Buffer.from("grün→ß", "utf8");
    await probe(value);
    expect(Buffer.from(service.asked[0]?.headers.authorization ?? "", "latin1")).toEqual(
      Buffer.concat([Buffer.from("Bearer "), value]),
    );
  });

  test.each(["two\nlines", "a\0b", "a\r\nX-Evil: 1", ""])(
    "sends nothing of a value that no header can carry: %j",
    async (value) => {
      expect(await probe(value)).toEqual({
        kind: "unclear",
        detail: "the value has characters that no header can carry",
      });
      expect(service.asked).toEqual([]);
    },
  );

  test("asks again while the service is busy, and no more than the deadline allows", async () => {
    service.busy = 3;
    expect(await probe(secret)).toEqual({ kind: "passed" });
    expect(service.asked).toHaveLength(4);
    service.busy = Infinity;
    const clock = hurried();
    expect(await probe(secret, { clock })).toEqual({ kind: "unclear", detail: `${service.url}/attach answered 503` });
    expect(clock.slept()).toBeLessThanOrEqual(20_000);
    expect(clock.slept()).toBeGreaterThan(19_000);
  });

  test("follows nobody elsewhere with the value", async () => {
    const elsewhere = await startVerifier({ current: secret });
    const { url, close } = await answering((_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/` }).end(),
    );
    expect(await probe(secret, { probe: probeOf(`${url}/`) })).toEqual({
      kind: "unclear",
      detail: `${url}/ answered 307`,
    });
    expect(elsewhere.asked).toEqual([]);
    await close();
    await elsewhere.close();
  });

  test("takes the statuses that the manifest names for yes and for no", async () => {
    let status = 0;
    const { url, close } = await answering((_, response) => response.writeHead(status).end());
    const judged = async (code: number, more: Partial<SecretProbe>) => {
      status = code;
      return (await probe(secret, { probe: probeOf(`${url}/`, { ...more, deadline: 0 }) })).kind;
    };
    expect(await judged(204, {})).toBe("passed");
    expect(await judged(204, { passes: [200] })).toBe("unclear");
    expect(await judged(409, { passes: [409] })).toBe("passed");
    expect(await judged(403, {})).toBe("refused");
    expect(await judged(403, { refused: [401] })).toBe("unclear");
    expect(await judged(400, { refused: [400] })).toBe("refused");
    await close();
  });

  test("asks again where nobody listens yet", async () => {
    const port = await freePort();
    const server = createHttp((_, response) => response.end());
    const clock = hurried();
    let tries = 0;
    const result = await probe(secret, {
      probe: probeOf(`http://127.0.0.1:${port}/`),
      clock: {
        ...clock,
        sleep: async (ms) => {
          tries += 1;
          await clock.sleep(ms);
          if (tries === 2) server.listen(port, "127.0.0.1");
          if (tries === 2) await once(server, "listening");
        },
      },
    });
    expect([result, tries]).toEqual([{ kind: "passed" }, 2]);
    await closed(server);
  });

  test("waits no longer for one answer than it may take", async () => {
    const { url, close } = await answering(() => {});
    expect(await probe(secret, { probe: probeOf(`${url}/`, { timeout: 30, deadline: 0 }) })).toEqual({
      kind: "unclear",
      detail: `${url}/ did not answer (no answer in time)`,
    });
    await close();
  });

  test("gives a stream that is on its way still the time to arrive", async () => {
    const host: Dialer = {
      name: "box1",
      dial: async (port) => {
        const socket = await dialHere("box1", { host: "127.0.0.1", port });
        const stream = new Duplex({
          read: () => {},
          write: (bytes, _, taken) => void setTimeout(() => socket.write(bytes as Buffer, taken), 60),
        });
        socket.on("data", (bytes) => stream.push(bytes));
        return stream.on("close", () => socket.destroy());
      },
    };
    const asked = { host, probe: probeOf(`${service.url}/attach`, { timeout: 20 }) };
    expect(await probe(secret, asked)).toEqual({ kind: "passed" });
    expect(service.asked).toHaveLength(1);
  });

  test("is over when its caller has enough of it", async () => {
    const { url, close } = await answering(() => {});
    const stop = new AbortController();
    const probing = probe(secret, { probe: probeOf(`${url}/`), signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(probing).rejects.toThrow("enough");
    await expect(probe(secret, { signal: stop.signal })).rejects.toThrow("enough");
    expect(service.asked).toEqual([]);
    await close();
  });

  test("from here needs no machine", async () => {
    const host = { name: "box1", dial: async () => Promise.reject(new Error("dialled")) };
    expect(await probe(secret, { host, probe: probeOf(`${service.url}/attach`, { from: "control" }) })).toEqual({
      kind: "passed",
    });
  });

  test.each(["810blue", "81000", "0"])(
    "of an instance that makes no address of its URL is unclear: %s",
    async (port) => {
      const url = `http://127.0.0.1:${port}/`;
      const result = await probe(secret, { probe: probeOf(url, { deadline: 0 }) });
      expect(result).toEqual({ kind: "unclear", detail: `${url} is no address` });
    },
  );

  test("that can't be made at all is a defect, and no answer", async () => {
    await expect(probe(secret, { probe: probeOf(service.url, { timeout: -1 }) })).rejects.toThrow(RangeError);
  });

  test("takes any time that a clock may tell", async () => {
    const clock = { ...hurried(), monotonic: () => 0.123456789 };
    expect(await probe(secret, { clock })).toEqual({ kind: "passed" });
  });

  test("is given up at once where a person is needed", async () => {
    let tries = 0;
    const host: Dialer = {
      name: "box1",
      dial: async () => {
        tries += 1;
        throw new AppError("HOST_KEY_CHANGED", "box1 shows another key");
      },
    };
    await expect(probe(secret, { host })).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
    expect(tries).toBe(1);
  });

  test("leaves no stream open that came too late", async () => {
    let stream: Socket | undefined;
    const host: Dialer = {
      name: "box1",
      dial: async (port) => {
        await systemClock.sleep(60);
        stream = (await dialHere("box1", { host: "127.0.0.1", port })) as Socket;
        return stream;
      },
    };
    const result = await probe(secret, { host, probe: probeOf(`${service.url}/`, { timeout: 10, deadline: 0 }) });
    expect(result).toMatchObject({ kind: "unclear" });
    await expect.poll(() => stream?.destroyed).toBe(true);
  });
});

describe("what a service says to a probe", () => {
  test("is never repeated, with whatever value", async () => {
    const said = fc.constantFrom("status", "body", "header", "raw");
    const value = fc.stringMatching(/^[A-Za-z0-9~+/=]{8,40}$/);
    await fc.assert(
      fc.asyncProperty(said, value, fc.constantFrom(200, 401, 500), async (way, drawn, status) => {
        const { url, close } = await careless(way, status);
        const result = await probe(drawn, { probe: probeOf(`${url}/`, { deadline: 0 }) }).catch(
          (error: unknown) => error,
        );
        expect(`${JSON.stringify(result)} ${String(result)}`).not.toContain(drawn);
        await close();
      }),
      { numRuns: 40 },
    );
  });

  test("is not read to its end: the status is enough", async () => {
    const { url, close } = await answering((_, response) => {
      const more = () => void (response.destroyed || response.write("x".repeat(10_000), () => setImmediate(more)));
      more();
    });
    expect(await probe(secret, { probe: probeOf(`${url}/`) })).toEqual({ kind: "passed" });
    await close();
  });
});

describe("a report", () => {
  const reported = (url: string) => readSecretReport({ report: { url, from: "host" }, host: machine, secret: "TOKEN" });

  test("tells what the service saw", async () => {
    for (const value of [secret, secret, "the one before", "another one"]) await probe(value);
    expect(await reported(`${service.url}/health/secrets`)).toMatchObject({
      kind: "read",
      report: {
        current: { count: 2 },
        previous: { count: 1 },
        next: { count: 0 },
        refused: { count: 1 },
        release: "r7",
      },
    });
  });

  test.each([
    ["another status", 404, "{}", "answered 404"],
    ["no JSON", 200, "hunter2", "answered something else than its report"],
    ["another form", 200, '{"hunter2":1}', "answered something else than its report"],
    ["too much", 200, `{"secrets":"${"hunter2".repeat(10_000)}"}`, "answered something else than its report"],
  ])("that has %s is unread, and not quoted", async (_, status, text, detail) => {
    const { url, close } = await answering((_request, response) => response.writeHead(status).end(text));
    expect(await reported(`${url}/r`)).toEqual({ kind: "unread", detail: `${url}/r ${detail}` });
    await close();
  });

  test("of a service that is down is unread", async () => {
    const port = await freePort();
    expect(await reported(`http://127.0.0.1:${port}/`)).toEqual({
      kind: "unread",
      detail: `box1 takes no connection at 127.0.0.1:${port} (ECONNREFUSED)`,
    });
  });
});

async function answering(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createHttp(listener);
  return { url: await listening(server), close: () => closed(server) };
}

/** Says back all that it hears, somewhere in its answer. */
async function careless(
  way: string,
  status: number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes: Buffer) => {
      const heard = /authorization: (.*)/i.exec(bytes.toString())?.[1] ?? "";
      const [word, header, body] = ["status", "header", "body"].map((place) => (place === way ? heard : "x"));
      socket.end(
        way === "raw" ? bytes : `HTTP/1.1 ${status} ${word}\r\nx-said: ${header}\r\nconnection: close\r\n\r\n${body}`,
      );
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
