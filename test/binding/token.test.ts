import { decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { bindService, type Stock } from "#binding";
import { readContract, type Service } from "#contract";
import { fingerprint, Sensitive } from "#kernel";
import type { Version } from "#store";

const [before, behind] = ["the root before, of thirty-two letters", "the root behind, of thirty-two letters"];
const madeAt = Date.UTC(2026, 0, 1);
const contract = [
  "# @required @sensitive @derive=jwt(JWT_SECRET, role=service_role, iss=supabase)",
  "SERVICE_ROLE_KEY=",
  "# @required @public @derive=jwt(JWT_SECRET, role=anon, iss=supabase, lifetime=365d)",
  "ANON_KEY=",
  "",
].join("\n");

test("a token is signed with the root, the same each time, and another library takes it", async () => {
  const { values, findings } = bind(contract);
  expect(findings).toEqual([]);
  const options = { currentDate: new Date(madeAt + 1000) };
  const { payload } = await jwtVerify(values["ANON_KEY"] ?? "", Buffer.from(before), options);
  expect(payload).toEqual({ role: "anon", iss: "supabase", iat: madeAt / 1000, exp: madeAt / 1000 + 365 * 86_400 });
  expect(decodeProtectedHeader(values["ANON_KEY"] ?? "")).toEqual({ alg: "HS256", typ: "JWT" });
  const service = await jwtVerify(values["SERVICE_ROLE_KEY"] ?? "", Buffer.from(before), options);
  expect(service.payload).toMatchObject({ role: "service_role" });
  expect(bind(contract).values).toEqual(values);
});

test("a token takes a grant by its own name, the root none, and without the root it is told what is missing", () => {
  const { values, findings } = bind(contract, { grants: ["ANON_KEY"] });
  expect(Object.keys(values)).toEqual(["ANON_KEY"]);
  expect(findings).toEqual(["app asks for SERVICE_ROLE_KEY and has no grant for it"]);
  expect(bind(contract, { roots: [] }).findings).toEqual([
    "SERVICE_ROLE_KEY is derived from JWT_SECRET, which has no value",
    "ANON_KEY is derived from JWT_SECRET, which has no value",
  ]);
});

test("while the root changes, both tokens of a service change in one step, and with its own root where it has that", async () => {
  const steps = [
    { phase: "accept", services: ["app"] },
    { phase: "switch", services: ["other"] },
    { phase: "forget", services: ["app"] },
  ] as const;
  const own = `# @required @sensitive @accepts=JWT_SECRET_PREVIOUS\nJWT_SECRET=\n${contract}`;
  const rootsAt = async (step: number, name: string, text: string) => {
    const { values } = bind(text, { name, rotation: { steps, step } });
    return Promise.all([values["ANON_KEY"] ?? "", values["SERVICE_ROLE_KEY"] ?? ""].map(signer));
  };
  expect(await rootsAt(0, "app", own)).toEqual(["before", "before"]);
  expect(await rootsAt(1, "app", own)).toEqual(["behind", "behind"]);
  expect(await rootsAt(1, "other", contract)).toEqual(["before", "before"]);
  expect(await rootsAt(2, "other", contract)).toEqual(["behind", "behind"]);
});

test("beside the value before stands until when it is taken, where the contract sets a limit and it is not compromised", () => {
  const limited =
    "# @required @sensitive @accepts=JWT_SECRET_PREVIOUS @overlap=30d\nJWT_SECRET=\n# JWT_SECRET_PREVIOUS_UNTIL=\n";
  const steps = [{ phase: "accept", services: ["app"] }] as const;
  const { values } = bind(limited, { rotation: { steps, step: 1 } });
  expect(values).toEqual({
    JWT_SECRET: behind,
    JWT_SECRET_PREVIOUS: before,
    JWT_SECRET_PREVIOUS_UNTIL: "2026-01-31T00:00:00Z",
  });
  expect(bind(limited.replace(" @overlap=30d", ""), { rotation: { steps, step: 1 } }).values).toEqual({
    JWT_SECRET: behind,
    JWT_SECRET_PREVIOUS: before,
  });
  const swap = [{ phase: "swap", services: ["app"] }] as const;
  const { values: alone } = bind(limited, { rotation: { steps: swap, step: 1, compromised: true } });
  expect(alone).toEqual({ JWT_SECRET: behind });
});

async function signer(token: string): Promise<string> {
  const options = { currentDate: new Date(madeAt + 1000) };
  return jwtVerify(token, Buffer.from(before), options).then(
    () => "before",
    () => jwtVerify(token, Buffer.from(behind), options).then(() => "behind"),
  );
}

interface Asked {
  readonly name?: string;
  readonly grants?: readonly string[];
  readonly roots?: readonly string[];
  readonly rotation?: Pick<NonNullable<ReturnType<NonNullable<Stock["rotations"]>["get"]>>, "steps" | "step"> & {
    readonly compromised?: boolean;
  };
}

function bind(text: string, asked: Asked = {}) {
  const { name = "app", grants = ["JWT_SECRET", "ANON_KEY", "SERVICE_ROLE_KEY"], rotation } = asked;
  const roots = asked.roots ?? (rotation === undefined ? [before] : [before, behind]);
  const key = Buffer.alloc(32, 7);
  const mark = (of: string, value: Sensitive) => fingerprint(key, of, value.reveal());
  const versions = roots.map((root, id) => versionOf(id, mark("JWT_SECRET", Sensitive.of(root))));
  const [from, to] = versions;
  const open = rotation === undefined || from === undefined || to === undefined ? undefined : { from, to };
  const stock: Stock = {
    versions: new Map([["JWT_SECRET", versions.slice(-1)]]),
    opened: new Map(roots.map((root, id) => [id, Sensitive.of(root)])),
    grants: grants.map((one) => ({ service: name, name: one, kind: "hold", actor: "anna", createdAt: 0 })),
    rotations: new Map(
      rotation === undefined || open === undefined
        ? []
        : [["JWT_SECRET", { compromised: false, startedAt: madeAt, ...rotation, ...open }]],
    ),
    fingerprint: mark,
  };
  const { variables, findings } = bindService(serviceOf(name, text), "box1", stock);
  return {
    values: Object.fromEntries(variables.map((one) => [one.name, one.value.reveal().toString("utf8")])),
    findings: findings.map(({ message }) => message),
  };
}

function serviceOf(name: string, text: string): Service {
  return {
    name,
    base: name,
    contract: readContract(text, `${name}/.env.example`),
    hosts: ["box1"],
    runtime: { kind: "process", command: ["node"], directory: ".", instances: [""], instanceEnvironment: {} },
    values: {},
    health: [],
    prepare: [],
    order: 0,
    position: { file: "keyturn.yaml", line: 1, column: 1 },
    presents: [],
    presenting: new Map(),
    verifies: [],
    verifying: new Map(),
  };
}

function versionOf(id: number, mark: Version["fingerprint"]): Version {
  return {
    id,
    name: "JWT_SECRET",
    scope: {},
    number: id + 1,
    state: "live",
    sensitive: true,
    fingerprint: mark,
    origin: "generated",
    actor: "anna",
    createdAt: madeAt,
  };
}
