import { stripVTControlCharacters } from "node:util";
import widthOf from "fast-string-width";
import { array, assert, boolean, integer, property, tuple } from "fast-check";
import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "#operation";
import { drawView } from "../../../src/cli/progress/draw-view.ts";
import { logLine } from "../../../src/cli/progress/log-line.ts";
import { idle, nextView, type ProgressView } from "../../../src/cli/progress/view.ts";
import { waitLine } from "../../../src/cli/progress/wait-line.ts";
import { anyEvent } from "./event.ts";

const plain = createColors(false);

describe("a rollout", () => {
  test("is a head and a line for each host, in the plan's order", () => {
    expect(shown([...begun(), [500, answer("app1", "stage")]], { now: 2500 })).toEqual([
      "wave 1 of 2 · 0 of 3 hosts done · 0:03",
      "› app1   1/4  api  swap  0:02",
      "  app2   0/4       waiting",
      "  edge   0/4       waiting",
    ]);
  });

  test("shows what was asked for last, and what is checked from outside behind the last answer", () => {
    const asked: Timed = [700, { ...step("app1", "verify"), state: "started" }];
    expect(shown([...begun(), asked], { now: 800 })[1]).toBe("› app1   0/4  api  verify");
    const all = names.map((name): Timed => [900, answer("app1", name)]);
    expect(shown([...begun(), ...all], { now: 1000 })[1]).toBe("› app1   4/4  gate");
  });

  test("tells no time left until a host has ended, then as long as that one took", () => {
    expect(shown(begun(), { now: 9000 })[0]).not.toContain("left");
    const second = [...begun(), ...firstDone, wave(2, ["app2", "edge"], 10_000)];
    expect(shown(second, { now: 10_000 })[0]).toBe("wave 2 of 2 · 1 of 3 hosts done · 0:10 · about 0:10 left");
    expect(shown(second, { now: 14_000 })[0]).toContain("about 0:06 left");
    expect(shown(second, { now: 40_000 })[0]).not.toContain("left");
  });

  test("takes the plan's limits for what no host has done yet, and says so", () => {
    const events = [...begun({ other: true }), ...firstDone, wave(2, ["app2", "edge"], 10_000)];
    expect(shown(events, { now: 10_000 })[0]).toContain("up to 0:30 left");
  });

  test("counts looking on into the time left", () => {
    const events = [...begun({ soak: 5000 }), ...firstDone];
    expect(shown([...events, [10_000, { kind: "soak", ms: 5000 }]], { now: 11_000 })[0]).toBe(
      "wave 1 of 2, looking on for 0:04 · 1 of 3 hosts done · 0:11 · about 0:19 left",
    );
  });

  test("names what went wrong, and the way back", () => {
    const failed: Timed = [3000, { ...step("app1", "verify"), state: "failed", detail: "unhealthy: 503" }];
    const back: Timed = [4000, { kind: "return", hosts: ["app1"], reason: "unhealthy: 503" }];
    const ended: Timed = [3500, { kind: "host", host: "app1", state: "failed", ms: 3000 }];
    expect(shown([...begun(), failed, ended], { now: 3600 })[1]).toBe("✗ app1   0/4  api  verify: unhealthy: 503");
    const returning = [...begun(), failed, ended, back, [4500, answer("app1", "return")] as Timed];
    expect(shown(returning, { now: 5000 }).slice(0, 2)).toEqual([
      "going back · 0 of 3 hosts done · 0:05",
      "↺ app1   0/4  api  return",
    ]);
  });

  test("says that it stops", () => {
    const events: readonly Timed[] = [...begun(), [900, { kind: "stopping", hosts: ["app1"] }]];
    expect(shown(events, { now: 1000 })[0]).toMatch(/^stopping · wave 1 of 2/);
  });

  test("folds to hosts at work and failed ones where a terminal has few rows", () => {
    const names = Array.from({ length: 48 }, (_, index) => `h${index}`);
    const events: readonly Timed[] = [
      [0, { kind: "begin", soak: 0, waves: [{ number: 1, hosts: names.map((name) => share(name)) }] }],
      wave(1, names.slice(0, 34), 100),
      ...names.slice(0, 30).map((name): Timed => [1000, { kind: "host", host: name, state: "done", ms: 900 }]),
      [1000, { ...step("h33", "swap"), state: "failed", detail: "no space" }],
    ];
    expect(shown(events, { now: 1100, rows: 10 })).toEqual([
      expect.stringMatching(/^wave 1 of 2 · 30 of 48 hosts done · 0:01/),
      "✗ h33   0/4  api  swap: no space",
      "› h30   0/4  api  stage  0:01",
      "› h31   0/4  api  stage  0:01",
      "› h32   0/4  api  stage  0:01",
      "… 14 waiting, 30 done",
    ]);
    expect(shown(events, { now: 1100, rows: 4 }).slice(1)).toEqual([
      "✗ h33   0/4  api  swap: no space",
      "… 3 at work, 14 waiting, 30 done",
    ]);
    expect(shown(events, { now: 1100, rows: 1 })).toHaveLength(1);
  });
});

describe("other work", () => {
  test("looking at hosts is shown when it takes a moment, and is gone when all have answered", () => {
    const look: Timed = [0, { kind: "look", hosts: ["app1", "app2", "app3", "app4"] }];
    expect(shown([look], { now: 400 })).toEqual([]);
    expect(shown([look], { now: 500 })).toEqual(["looking at 4 hosts… 0 answered"]);
    const some = [look, looked("app1"), looked("app4")];
    expect(shown(some, { now: 900 })).toEqual(["looking at 4 hosts… 2 answered, waiting for app2, app3"]);
    expect(shown([...some, looked("app2"), looked("app3")], { now: 900 })).toEqual([]);
  });

  test("a preparation is a line for each host", () => {
    const plan = ["app1", "app2"].map((host) => ({ host, steps: ["helper", "allowlist"] }));
    const events: readonly Timed[] = [
      [0, { kind: "preparation", hosts: plan }],
      [100, { kind: "preparation-step", host: "app1", step: "helper", state: "changed" }],
      [100, { kind: "preparation-end", host: "app2", state: "failed", detail: "no such user" }],
    ];
    expect(shown(events, { now: 2000 })).toEqual([
      "preparing hosts · 1 of 2 done · 0:02",
      "› app1   1/2  allowlist  0:02",
      "✗ app2   0/2  no such user",
    ]);
    expect(shown([...events, [200, { kind: "preparation-end", host: "app1", state: "done", detail: "" }]])).toEqual([]);
  });

  test("a build says what it builds", () => {
    const build: Timed = [0, { kind: "build", host: "cdn", target: "web@cdn", command: "npm run build" }];
    expect(shown([build], { now: 61_000 })).toEqual(["building web@cdn · 1:01"]);
  });
});

describe("a log", () => {
  test("is told every half minute what is waited for, each host once", () => {
    const view = viewOf(begun());
    const lines = Array.from({ length: 70 }, (_, second) => waitLine(view, second * 1000, (second + 1) * 1000));
    expect(lines.filter((line) => line !== undefined)).toEqual([
      "still waiting for api@app1 stage (30 s)",
      "still waiting for api@app1 stage (60 s)",
    ]);
  });

  test("names five of many", () => {
    const hosts = Array.from({ length: 9 }, (_, index) => `h${index}`);
    const view = viewOf([[0, { kind: "look", hosts }]]);
    expect(waitLine(view, 29_000, 30_000)).toMatch(/^still waiting for h0 \(30 s\), .* h4 \(30 s\) and 4 more$/);
  });
});

test("whatever happens in whatever order, nothing throws, and no line or row is too much", () => {
  const sizes = tuple(integer({ min: 1, max: 120 }), integer({ min: 1, max: 40 }), boolean());
  const events = array(tuple(integer({ min: 0, max: 40_000 }), anyEvent), { maxLength: 30 });
  assert(
    property(events, sizes, (all, [columns, rows, colours]) => {
      const color = createColors(colours);
      let [view, at] = [idle, 0];
      for (const [pause, event] of all) {
        view = nextView(view, event, (at += pause));
        logLine(event, color);
        waitLine(view, at, at + 60_000);
        const lines = drawView(view, { columns, rows, color }, at + pause);
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
        for (const { text, width } of lines) {
          expect(widthOf(text)).toBeLessThanOrEqual(Math.max(1, columns - 1));
          expect(widthOf(text)).toBe(width);
          expect(stripVTControlCharacters(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        }
      }
    }),
    { numRuns: 300 },
  );
});

type Timed = readonly [at: number, event: ProgressEvent];

const names = ["stage", "swap", "restart", "verify"];

const firstDone: readonly Timed[] = [
  ...names.map((name): Timed => [9000, answer("app1", name)]),
  [10_000, { kind: "host", host: "app1", state: "done", ms: 10_000 }],
];

/** One host first, then two; with `other` the last one has more to do. */
function begun({ other = false, soak = 0 } = {}): readonly Timed[] {
  const last = other ? share("edge", [...names, "verify b"]) : share("edge");
  return [
    [
      0,
      {
        kind: "begin",
        waves: [
          { number: 1, hosts: [share("app1")] },
          { number: 2, hosts: [share("app2"), last] },
        ],
        soak,
      },
    ],
    wave(1, ["app1"], 0),
  ];
}

function share(host: string, steps: readonly string[] = names) {
  return { host, steps: steps.map((name) => ({ target: `api@${host}`, step: name })), atMost: 30_000 };
}

function wave(number: number, hosts: readonly string[], at: number): Timed {
  return [at, { kind: "wave", order: 1, number, of: 2, hosts }];
}

function step(host: string, name: string) {
  return { kind: "step", host, target: `api@${host}`, step: name, detail: "" } as const;
}

function answer(host: string, name: string): ProgressEvent {
  return { ...step(host, name), state: "done" };
}

function looked(host: string): Timed {
  return [100, { kind: "looked", host, state: "seen" }];
}

function viewOf(events: readonly Timed[]): ProgressView {
  return events.reduce((view, [at, event]) => nextView(view, event, at), idle);
}

function shown(events: readonly Timed[], { now = 0, rows = 24, columns = 80 } = {}): readonly string[] {
  return drawView(viewOf(events), { columns, rows, color: plain }, now).map(({ text }) => text);
}
