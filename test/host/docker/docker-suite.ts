import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  openDockerHost,
  type ContainerAddress,
  type DockerHost,
  type DockerHostOptions,
  type HostRequest,
  type TargetAddress,
} from "#host";
import { Sensitive } from "#kernel";
import { contractSuite } from "../contract-suite.ts";
import { controller, recordOf } from "../fixture.ts";
import { deliver, environmentOf } from "./delivery.ts";

export interface EngineSubject {
  readonly engine: DockerHostOptions["engine"];
  readonly image: string;
  /** what serves `/health` and obeys `FATE` there, where the image does not by itself */
  readonly command?: readonly string[];
}

/** What a Docker host promises beside what every host does; `open` is called once, before the tests. */
export function dockerSuite(name: string, open: () => Promise<EngineSubject>): void {
  let subject: EngineSubject;
  let host: DockerHost;
  let number = 0;

  const addressed = (more: Partial<ContainerAddress> = {}): TargetAddress => {
    const container = `ktsuite-${process.pid}-${(number += 1)}`;
    const instances = [{ instance: "", unit: container }];
    const runtime: ContainerAddress = {
      kind: "docker",
      container,
      image: subject.image,
      exclusive: false,
      port: 8080,
      restart: "unless-stopped",
      volumes: [],
      labels: { "com.example.team": "voice" },
      stop: 2000,
      instances,
      ...(subject.command === undefined ? {} : { command: subject.command }),
      ...more,
    };
    return { id: `agent-${number}@engine`, service: `agent-${number}`, runtime };
  };

  beforeAll(async () => {
    subject = await open();
    host = openDockerHost({ name: "engine", engine: subject.engine });
  });

  afterAll(async () => {
    await host.close();
  });

  contractSuite(name, () => {
    const target = addressed();
    const close = async () => void (await host.remove({ ...controller, epoch: 99 }, target));
    return { host, target, fileOf: environmentOf, close };
  });

  describe(`a Docker host (${name})`, () => {
    const perform = async (requests: readonly HostRequest[]) => {
      const answers = await host.perform(controller, requests);
      return answers.map((answer) => (answer.kind === "failed" ? `failed ${answer.reason}` : answer.kind));
    };
    const observe = async (target: TargetAddress) => (await host.observe([target]))[0];
    const health = async (target: TargetAddress) => {
      const stream = await host.reach(target, 8080);
      return new Promise<string>((resolve, reject) => {
        const sent = request({ createConnection: () => stream, path: "/health" }, (response) => {
          response.setEncoding("utf8").once("data", (text: string) => resolve(text));
        });
        sent.once("error", reject);
        sent.end();
      });
    };

    test("answers a ping", async () => {
      await host.ping();
    });

    test.each([false, true])(
      "puts a new container in the place of the old one, which stays as the way back (exclusive: %s)",
      async (exclusive) => {
        const target = addressed({ exclusive });
        expect(await perform(deliver(target, "r1", { A: "1" }))).toEqual(
          exclusive ? ["done", "unchanged", "done", "done", "done"] : ["done", "done", "done", "done", "unchanged"],
        );
        const second = deliver(target, "r2", { A: "2\nlines" });
        expect(await perform(second)).toEqual(["done", "done", "done", "done", "done"]);
        expect(await health(target)).toContain('"r2"');
        expect(await perform(second)).toEqual(
          exclusive
            ? ["unchanged", "unchanged", "unchanged", "unchanged", "done"]
            : ["unchanged", "unchanged", "done", "unchanged", "unchanged"],
        );
        expect(await observe(target)).toMatchObject({
          record: { release: "r2" },
          previous: { release: "r1" },
          file: { content: "recorded" },
          instances: [{ state: "active", carries: { kind: "recorded" } }],
        });
        expect(await perform([{ kind: "return", target }])).toEqual(["done"]);
        // of two that can't run at once the one that came back has just been started
        await vi.waitFor(async () => expect(await health(target)).toContain('"r1"'), 10_000);
        expect(await observe(target)).toMatchObject({
          record: { release: "r1" },
          instances: [{ state: "active", carries: { kind: "recorded" } }],
        });
        expect(await host.remove(controller, target)).toBe(true);
        expect(await host.remove(controller, target)).toBe(false);
      },
    );

    test("one that is asked to start anew is made again with what it has, and the old one goes", async () => {
      const target = addressed();
      await perform(deliver(target, "r1"));
      const before = (await observe(target))?.instances[0]?.invocation;
      const anew = deliver(target, "r1").map((one): HostRequest => {
        return one.kind === "stage" ? { ...one, anew: true } : one;
      });
      expect(await perform(anew)).toEqual(["done", "done", "done", "done", "done"]);
      const after = await observe(target);
      expect(after?.instances[0]?.invocation).not.toBe(before);
      expect(after).toMatchObject({ record: { release: "r1" }, instances: [{ state: "active" }] });
      await host.remove(controller, target);
    });

    test("an old one that runs on beside its follower is left over, and a sweep stops it", async () => {
      const target = addressed();
      await perform(deliver(target, "r1"));
      await perform(deliver(target, "r2").filter(({ kind }) => kind !== "drain"));
      expect(await observe(target)).toMatchObject({ leftover: true, record: { release: "r2" } });
      expect(await perform([{ kind: "sweep", target }])).toEqual(["done"]);
      expect(await observe(target)).not.toHaveProperty("leftover");
      expect(await perform([{ kind: "sweep", target }])).toEqual(["unchanged"]);
      expect(await health(target)).toContain('"r2"');
      await host.remove(controller, target);
    });

    test("calls are answered all the time while one container follows another", async () => {
      const target = addressed();
      await perform(deliver(target, "r1"));
      const over = new AbortController();
      const heard: string[] = [];
      const calling = (async () => {
        while (!over.signal.aborted)
          heard.push(await health(target).catch((error: unknown) => `lost: ${String(error)}`));
      })();
      await perform(deliver(target, "r2"));
      await perform([{ kind: "return", target }]);
      over.abort();
      await calling;
      expect(heard.filter((text) => text.startsWith("lost"))).toEqual([]);
      expect(new Set(heard.map((text) => /r\d/.exec(text)?.[0]))).toEqual(new Set(["r1", "r2"]));
      await host.remove(controller, target);
    });

    test("a container that ends at once is told with its exit code, and the one in place goes on", async () => {
      const target = addressed();
      await perform(deliver(target, "r1"));
      const answers = await host.perform(controller, deliver(target, "r2", { FATE: "dies" }));
      expect(answers.at(-1)).toMatchObject({
        kind: "failed",
        reason: "died",
        detail: expect.stringContaining("exit code 9"),
      });
      expect(await observe(target)).toMatchObject({
        leftover: true,
        record: { release: "r1" },
        instances: [{ state: "active" }],
      });
      expect(await perform([{ kind: "sweep", target }])).toEqual(["done"]);
      expect(await observe(target)).not.toHaveProperty("leftover");
      expect(await health(target)).toContain('"r1"');
      await host.remove(controller, target);
    });

    test("what was stopped to make room starts again when nothing takes its place", async () => {
      const target = addressed({ exclusive: true });
      await perform(deliver(target, "r1"));
      const cut = deliver(target, "r2");
      for (const time of ["once", "twice"]) {
        expect(await perform(cut.slice(0, 2))).toEqual(["done", "done"]);
        expect((await observe(target))?.instances[0]?.state).not.toBe("active");
        expect(await perform([{ kind: "sweep", target }]), time).toEqual(["done"]);
        await vi.waitFor(async () => expect(await health(target)).toContain('"r1"'), 10_000);
      }
      await host.remove(controller, target);
    });

    test("what a command can't be started with is told, and a value in it is not", async () => {
      const target = addressed({ command: ["/nowhere/hunter2-hunter2"] });
      const requests = deliver(target, "r1", { FATE: "unstartable", TOKEN: "hunter2-hunter2" });
      const answers = await host.perform(controller, requests);
      expect(answers.at(-1)).toMatchObject({ kind: "failed", request: "restart", reason: "start-failed" });
      expect(JSON.stringify(answers)).not.toContain("hunter2");
      await host.remove(controller, target);
    });

    test("bytes that are no text are refused, and a line feed is not", async () => {
      const target = addressed();
      const record = recordOf("r1", { A: "1" });
      const stage = (file: Sensitive): HostRequest => ({ kind: "stage", target, file, record });
      expect(await perform([stage(Sensitive.of(Buffer.from([0x41, 0x3d, 0xff, 0])))])).toEqual(["failed refused"]);
      expect(await perform([stage(Sensitive.of("A=1\n\r\n \0"))])).toEqual(["done"]);
      await host.remove(controller, target);
    });

    test("an image that is gone is named", async () => {
      const target = addressed({ image: "nowhere:9" });
      const [answer] = await host.perform(controller, deliver(target, "r1"));
      expect(answer).toMatchObject({ kind: "failed", detail: expect.stringContaining("nowhere:9 is not on engine") });
    });

    test("a container without a network can't be checked, and that is said", async () => {
      const target = addressed({ network: "none" });
      const answers = await host.perform(controller, deliver(target, "r1"));
      expect(answers.at(-1)).toMatchObject({ request: "verify", detail: expect.stringContaining("has no address") });
      await host.remove(controller, target);
    });

    test("what is asked for of files and of taking over is refused with a reason", async () => {
      const target = addressed();
      await expect(host.read(target)).rejects.toMatchObject({ code: "HOST_REFUSED" });
      expect(await perform([{ kind: "prepare", target, index: 0 }])).toEqual(["failed refused"]);
      await perform(deliver(target, "r1"));
      const claim = { kind: "claim", target, record: recordOf("r1", {}) } as const;
      expect(await perform([claim])).toEqual(["failed refused"]);
      expect(await perform([{ kind: "restart", target, instance: "", action: "reload" }])).toEqual(["failed refused"]);
      await host.remove(controller, target);
    });

    test("nothing is done to a container of that name which another target has", async () => {
      const target = addressed();
      await perform(deliver(target, "r1"));
      const other: TargetAddress = { ...target, id: "other@engine" };
      const [answer] = await host.perform(controller, deliver(other, "r1"));
      expect(answer).toMatchObject({
        kind: "failed",
        reason: "refused",
        detail: expect.stringContaining("docker rename"),
      });
      await expect(host.remove(controller, other)).rejects.toMatchObject({ code: "HOST_REFUSED" });
      const stranger = { ...controller, owner: "other/lab/store9" };
      await expect(host.remove(stranger, target)).rejects.toMatchObject({
        code: "HOST_FENCED",
        hint: expect.stringContaining("docker rm -f"),
      });
      expect(await health(target)).toContain('"r1"');
      await host.remove(controller, target);
    });

    test("nothing is reached of what does not run", async () => {
      await expect(host.reach(addressed(), 8080)).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
      const target = addressed();
      await perform(deliver(target, "r1"));
      const nothing = host.reach(target, 9).then((stream) => once(stream, "data"));
      await expect(nothing).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
      await host.remove(controller, target);
    });
  });
}
