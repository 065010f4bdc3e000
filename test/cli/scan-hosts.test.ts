import { describe, expect, test } from "vitest";
import pc from "picocolors";
import type { HostFinding, HostScanResult, ScannedHost } from "#operation";
import { renderHostSarif } from "../../src/cli/render/host-sarif.ts";
import { renderHostScan } from "../../src/cli/render/host-scan.ts";
import { keyturnIn } from "./keyturn.ts";

const plain = pc.createColors(false);
const at = Date.UTC(2026, 10, 30, 17, 40);

const finding: HostFinding = {
  host: "app1",
  name: "TOKEN",
  version: 2,
  environment: "lab",
  scope: {},
  state: "live",
  encoding: "literal",
  count: 1,
  where: { kind: "file", path: "/opt/x/no\ntes", line: 3 },
};

const searched: ScannedHost = {
  host: "app1",
  state: "searched",
  values: 3,
  unsought: [],
  looked: { files: 1204, containers: 1, journal: 20_311 },
  left: [],
  more: false,
};

const result: HostScanResult = {
  of: "hosts",
  environment: "lab",
  hosts: [searched],
  findings: [],
  values: 3,
  unsearchable: [],
  unopened: [],
};

describe("what `scan --hosts` prints", () => {
  test("is what leaked, what to do, and where it is on which host", () => {
    const findings: readonly HostFinding[] = [
      finding,
      { ...finding, encoding: "base64", count: 3, where: { kind: "container", container: "web", log: ".1", line: 7 } },
      {
        ...finding,
        host: "app2",
        count: 12,
        where: { kind: "journal", field: "MESSAGE", unit: "x.service", from: at, until: at + 120_000 },
      },
      { ...finding, version: 1, state: "retired", where: { kind: "journal", field: "_CMDLINE", from: at, until: at } },
    ];
    expect(renderHostScan({ ...result, findings }, plain)).toBe(`TOKEN v2, live in lab
  → keyturn rotate TOKEN --compromised
  app1:/opt/x/no\\ntes:3  literal
  app1, container web, line 7 of log .1  base64  and in 2 lines behind
  app2, journal of x.service, MESSAGE  literal  12 times, 2026-11-30 17:40 to 2026-11-30 17:42
TOKEN v1, retired in lab
  → keyturn retire TOKEN --version 1 --compromised, so that nobody sets it again
  app1, journal, _CMDLINE  literal  2026-11-30 17:40
found: 2 secrets in 4 places; 1 host, 1,204 files, 1 container, 20,311 entries of journals
`);
  });

  test("is host by host what was not looked at, and the next step", () => {
    const trouble = {
      code: "HOST_UNREACHABLE",
      message: "app2 can't be reached",
      hint: "look at the way there",
    } as const;
    const old = {
      code: "HOST_UNPREPARED",
      message: "app3 has helper version 8, this Keyturn speaks 9",
      hint: "run it",
    } as const;
    const none = { values: 0, looked: {}, unsought: ["TOKEN v2"] };
    const hosts: readonly ScannedHost[] = [
      {
        ...searched,
        state: "cut",
        more: true,
        unsought: ["A v1", "B v1", "C v1", "D v1", "E v1", "F v1", "G v1"],
        left: [{ reason: "packed", path: "/opt/a.xz" }, { reason: "odd name" }],
      },
      { ...searched, ...none, host: "app2", state: "unreachable", trouble },
      { ...searched, ...none, host: "app3", state: "unprepared", trouble: old },
      { ...searched, ...none, host: "app4", state: "empty" },
      { ...searched, ...none, host: "app5", state: "excluded" },
    ];
    expect(renderHostScan({ ...result, hosts, unsearchable: ["PIN v1"] }, plain))
      .toBe(`nothing found: 1 host, 1,204 files, 1 container, 20,311 entries of journals
! app1: not searched to the end, its time was over
! app1: there is more than it tells: mend what is told, and scan it again
! app1: not looked into, packed in a way that is not read there, or damaged: /opt/a.xz
! app1: not looked into, names with line ends: 1 more
! app1: not looked for there, it does not hold them: A v1, B v1, C v1, D v1, E v1, 2 more
! app2: not searched: app2 can't be reached
  → look at the way there
! app3: not searched: app3 has helper version 8, this Keyturn speaks 9
  → keyturn hosts prepare app3
! app4: not searched: by its records it holds none of the values
! app5: not searched: keyturn.yaml excludes it
! not looked for, shorter than 8 bytes: PIN v1
`);
  });

  test("as SARIF is one address for each place, and says which host failed", () => {
    const trouble = { code: "HOST_UNREACHABLE", message: "it is away", hint: "go there" } as const;
    const document = JSON.parse(
      renderHostSarif({
        ...result,
        hosts: [searched, { ...searched, host: "app2", state: "unreachable", trouble }],
        findings: [
          finding,
          { ...finding, where: { kind: "journal", field: "MESSAGE", unit: "x@a.service", from: at, until: at } },
        ],
      }),
    );
    expect(document).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          invocations: [
            { executionSuccessful: false, toolExecutionNotifications: [{ message: { text: "app2: it is away" } }] },
          ],
          results: [
            {
              ruleId: "stored-secret-on-host",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "ssh://app1/opt/x/no%0Ates" },
                    region: { startLine: 3 },
                  },
                },
              ],
            },
            {
              locations: [
                { physicalLocation: { artifactLocation: { uri: "ssh://app1/journal/x%40a.service/MESSAGE" } } },
              ],
            },
          ],
        },
      ],
    });
  });
});

test("services that are processes of this machine are told to be looked at as files, and no other search goes with it", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("set SHARED_SECRET", { input: "planted-value-7319" });
  const { code, out } = await keyturn("scan --hosts");
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining("! here: not searched: its services are processes of this machine"),
  });
  expect(await keyturn("scan --hosts nowhere")).toMatchObject({
    code: 69,
    err: expect.stringContaining("no host is called nowhere"),
  });
  for (const other of ["--git", "--staged", "--stdin", "--formats-only", "--accept", "--kit x"]) {
    expect(await keyturn(`scan --hosts ${other}`)).toMatchObject({
      code: 64,
      err: expect.stringContaining("exclude each other"),
    });
  }
}, 90_000);
