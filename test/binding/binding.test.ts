import { assert, constantFrom, property, record as recordOf, shuffledSubarray, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { bindService, desirePlatform, versionFor, type Stock } from "#binding";
import { parseTemplate, readContract, type Platform, type Service } from "#contract";
import { fingerprint, Sensitive } from "#kernel";
import type { Scope, Version } from "#store";

const key = Buffer.alloc(32, 3);

describe("scopes", () => {
  const place = { service: "fleet", host: "f1" };
  const applying: readonly Scope[] = [{ service: "fleet", host: "f1" }, { host: "f1" }, { service: "fleet" }, {}];
  const foreign: readonly Scope[] = [{ service: "backend" }, { host: "f2" }, { service: "fleet", host: "f2" }];

  test("the narrowest that applies wins, and hides the wider ones in order, however they are stored", () => {
    assert(
      property(shuffledSubarray([...applying, ...foreign]), (scopes) => {
        const found = versionFor(
          scopes.map((scope, id) => version("A", { id, scope })),
          place,
        );
        const expected = applying.filter((scope) => scopes.includes(scope));
        expect([found?.winner, ...(found?.shadowed ?? [])].flatMap((one) => (one ? [one.scope] : []))).toEqual(
          expected,
        );
      }),
    );
  });
});

describe("where a value comes from", () => {
  test("the store before the manifest before the contract", () => {
    const service = serviceOf("PORT=1", { values: { PORT: parseTemplate("2") } });
    expect(textOf(service, stockOf([["PORT", "3"]]), "PORT")).toBe("3");
    expect(textOf(service, stockOf([]), "PORT")).toBe("2");
    expect(textOf(serviceOf("PORT=1"), stockOf([]), "PORT")).toBe("1");
  });

  test("a commented-out variable applies only where someone gives it a value", () => {
    expect(textOf(serviceOf("# LEVEL=debug"), stockOf([]), "LEVEL")).toBeUndefined();
    expect(textOf(serviceOf("# LEVEL=debug"), stockOf([["LEVEL", "info"]]), "LEVEL")).toBe("info");
    expect(textOf(serviceOf("# LEVEL=debug", { values: { LEVEL: parseTemplate("warn") } }), stockOf([]), "LEVEL")).toBe(
      "warn",
    );
  });

  test("references are filled in manifest and contract, and stored bytes are left as they are", () => {
    const service = serviceOf("HOST=localhost\nPORT=80\nURL=http://${HOST}:${PORT}");
    expect(textOf(service, stockOf([["HOST", "a${PORT}b"]]), "URL")).toBe("http://a${PORT}b:80");
  });

  test("a reference to something sensitive makes the result sensitive", () => {
    const service = serviceOf("# @sensitive\nPASSWORD=\nNAME=x\nURL=http://${PASSWORD}@h\nPLAIN=${NAME}");
    const stock = stockOf([["PASSWORD", "hunter2"]]);
    const bound = bindService(service, "h1", stock).variables;
    expect(bound.find(({ name }) => name === "URL")?.sensitive).toBe(true);
    expect(bound.find(({ name }) => name === "PLAIN")?.sensitive).toBe(false);
  });

  test("so does one to a value that was stored as sensitive, whatever the contract says", () => {
    const service = serviceOf("# @public\nWORD=\n# @public\nURL=http://${WORD}@h");
    const stock = stockOf([["WORD", "hunter2"]], ["hold", "clear"]);
    expect(bindService(service, "h1", stock).variables.find(({ name }) => name === "URL")?.sensitive).toBe(true);
  });

  test("a value that stands for another service is not asked for", () => {
    const stock = {
      ...stockOf([]),
      versions: new Map([["LEVEL", [version("LEVEL", { scope: { service: "other" } })]]]),
    };
    expect(bindService(serviceOf("LEVEL=info"), "h1", stock).findings).toEqual([]);
  });
});

describe("findings", () => {
  test("missing, invalid, ungranted, unreadable and undeclared are told all at once, each with its place", () => {
    const service = serviceOf(
      [
        "# @required",
        "LOST=",
        "# @type=port",
        "PORT=99999",
        "# @sensitive",
        "FOREIGN=",
        "# @sensitive",
        "BROKEN=",
        "A=${B}",
        "B=${A}",
      ].join("\n"),
      { values: { TYPO: parseTemplate("1"), TYPPO: parseTemplate("2") } },
    );
    const stock = stockOf([["BROKEN", "x"]]);
    const versions = new Map([...stock.versions, ["FOREIGN", [version("FOREIGN", { id: 70 })]]]);
    const { findings } = desirePlatform({
      platform: platformOf([service]),
      stock: { ...stock, versions, opened: new Map() },
      sources: new Map(),
    });
    expect(findings.map(({ code, position }) => `${code} ${position?.file}:${position?.line}`).toSorted()).toEqual([
      "grant-missing .env.example:6",
      "invalid .env.example:4",
      "missing .env.example:2",
      "reference-cycle .env.example:10",
      "reference-cycle .env.example:9",
      "undeclared keyturn.yaml:3",
      "undeclared keyturn.yaml:3",
      "unreadable .env.example:8",
    ]);
    expect(findings.every(({ severity }) => severity === "error")).toBe(true);
  });

  test("a value of the manifest that does not fit is shown there", () => {
    const service = serviceOf("# @type=port\nPORT=80", { values: { PORT: parseTemplate("http") } });
    expect(bindService(service, "h1", stockOf([])).findings).toMatchObject([
      { code: "invalid", position: { file: "keyturn.yaml" } },
    ]);
  });

  test("no finding holds a value", () => {
    const service = serviceOf("# @type=port @sensitive\nPORT=");
    const { findings } = bindService(service, "h1", stockOf([["PORT", "hunter2hunter2"]]));
    expect(findings).toMatchObject([{ code: "invalid" }]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  test("a condition makes a variable required only where it holds", () => {
    const service = serviceOf("TRACING=off\n# @required=if(TRACING=on)\n# @sensitive\nTRACE_KEY=");
    const missing = (stock: Stock) => bindService(service, "h1", stock).findings.map(({ code }) => code);
    expect(missing(stockOf([]))).toEqual([]);
    expect(missing(stockOf([["TRACING", "on"]], ["hold", "clear"]))).toEqual(["missing"]);
    expect(
      missing(
        stockOf(
          [
            ["TRACING", "on"],
            ["TRACE_KEY", "k"],
          ],
          ["hold", "clear"],
        ),
      ),
    ).toEqual([]);
  });

  test("what is missing on some hosts is told once, with those hosts", () => {
    const service = { ...serviceOf("# @required\nKEY="), hosts: ["h1", "h2", "h3"] };
    const stock = stockOf([]);
    const at = version("KEY", { id: 1, scope: { host: "h2" } });
    const partly = { ...stockOf([["KEY", "x"]]), versions: new Map([["KEY", [at]]]) };
    const messages = (from: Stock) =>
      desirePlatform({ platform: platformOf([service]), stock: from, sources: new Map() }).findings.map(
        ({ message }) => message,
      );
    expect(messages(stock)).toEqual(["KEY has no value for api on h1, h2, h3"]);
    expect(messages(partly)).toEqual(["KEY has no value for api on h1, h3"]);
  });
});

describe("many hosts", () => {
  test("are bound together but for those with values of their own, as if each were bound alone", () => {
    const service = serviceOf("KEY=\nURL=http://${KEY}\nPORT=80", { hosts: ["h1", "h2", "h3"] });
    const stock = stockOf([["KEY", "everywhere"]]);
    const own = version("KEY", { id: 7, scope: { service: "api", host: "h2" } });
    const versions = new Map([["KEY", [...(stock.versions.get("KEY") ?? []), own]]]);
    const all = { ...stock, versions, opened: new Map([...stock.opened, [7, Sensitive.of("here")]]) };
    const { targets } = desirePlatform({ platform: platformOf([service]), stock: all, sources: new Map() });
    for (const { desired, variables } of targets)
      expect(variables).toEqual(bindService(service, desired.host, all).variables);
    expect(targets.map(({ desired }) => desired.target)).toEqual(["api@h1", "api@h2", "api@h3"]);
    const [first, second, third] = targets.map(({ desired }) => desired.digest);
    expect([first === third, first === second]).toEqual([true, false]);
  });
});

describe("the digest of a target", () => {
  const contents = uniqueArray(recordOf({ name: constantFrom("A", "B", "C"), value: constantFrom("1", "2") }), {
    selector: ({ name }) => name,
  });

  test("is equal exactly when the content is", () => {
    assert(
      property(contents, contents, (left, right) => {
        const same = JSON.stringify(left.toSorted(byName)) === JSON.stringify(right.toSorted(byName));
        expect(digestOf(left) === digestOf(right)).toBe(same);
      }),
    );
  });

  test("changes with what a bundle is built from, and with how a process is started", () => {
    const service = serviceOf("A=1");
    const digest = (platform: Platform, source = "") =>
      desirePlatform({ platform, stock: stockOf([]), sources: new Map([["api", source]]) }).targets[0]?.desired.digest;
    const other = { ...service, runtime: { ...service.runtime, command: ["node", "other.js"] } } as Service;
    const all = [digest(platformOf([service])), digest(platformOf([service]), "x"), digest(platformOf([other]))];
    expect(new Set(all).size).toBe(3);
  });
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function digestOf(list: readonly { readonly name: string; readonly value: string }[]): string | undefined {
  const service = serviceOf(list.map(({ name, value }) => `${name}=${value}`).join("\n"));
  return desirePlatform({ platform: platformOf([service]), stock: stockOf([]), sources: new Map() }).targets[0]?.desired
    .digest;
}

function textOf(service: Service, stock: Stock, wanted: string): string | undefined {
  return bindService(service, "h1", stock)
    .variables.find(({ name }) => name === wanted)
    ?.value.reveal()
    .toString("utf8");
}

function serviceOf(contract: string, more: Partial<Service> = {}): Service {
  return {
    name: "api",
    base: "api",
    position: { file: "keyturn.yaml", line: 3, column: 3 },
    contract: readContract(`${contract}\n`, ".env.example"),
    runtime: {
      kind: "process",
      command: ["node", "main.js"],
      directory: "/",
      instances: [""],
      instanceEnvironment: {},
    },
    hosts: ["h1"],
    order: 1,
    values: {},
    health: [],
    prepare: [],
    presents: [],
    presenting: new Map(),
    verifies: [],
    verifying: new Map(),
    ...more,
  };
}

function platformOf(services: readonly Service[]): Platform {
  return {
    name: "p",
    environment: { name: "e", production: false },
    services,
    hosts: [],
    waves: { sizes: ["rest"], soak: 0 },
    freeze: [],
    schedules: new Map(),
    sources: [],
    issuers: new Map(),
    pairs: new Map(),
    file: "keyturn.yaml",
  };
}

function version(name: string, more: Partial<Version> = {}): Version {
  return {
    id: 1,
    name,
    scope: {},
    number: 1,
    state: "live",
    sensitive: true,
    fingerprint: fingerprint(key, name, Buffer.from("x")),
    origin: "prompt",
    actor: "anna",
    createdAt: 0,
    ...more,
  };
}

function stockOf(
  values: readonly (readonly [string, string])[],
  kinds: readonly ("hold" | "clear")[] = ["hold"],
): Stock {
  const all = values.map(([name, text], index) => ({ name, text, id: index + 1 }));
  return {
    versions: new Map(all.map(({ name, id }) => [name, [version(name, { id })]])),
    opened: new Map(all.map(({ id, text }) => [id, Sensitive.of(text)])),
    grants: all.flatMap(({ name }) =>
      kinds.map((kind) => ({ service: "api", name, kind, actor: "anna", createdAt: 0 })),
    ),
    fingerprint: (name, value) => fingerprint(key, name, value.reveal()),
  };
}
