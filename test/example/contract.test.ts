import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { expect, test } from "vitest";
import { isPlaceholder, readContract, scanCode, type Contract } from "#contract";

const folder = fileURLToPath(new URL("../../examples/voxbridge/", import.meta.url));
const services = ["backend", "fleet", "dialler", "console"] as const;
type Service = (typeof services)[number];

/** the sensitive values of each service, as the platform's own page lists them */
const secrets: Readonly<Record<Service, readonly string[]>> = {
  backend: ["JWT_SECRET", "MONGODB_URI", "REDIS_URL", "VOXCORE_SECRET", "OPERATOR_PASSWORD"],
  fleet:
    "VOXCORE_SECRET SONIOX_API_KEY DEEPGRAM_API_KEY OPENAI_API_KEY GOOGLE_API_KEY ELEVENLABS_API_KEY SARVAM_API_KEY MINIO_ACCESS_KEY MINIO_SECRET_KEY OTEL_API_KEY".split(
      " ",
    ),
  dialler: ["MONGODB_URI", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "VOXCORE_SECRET"],
  console: [],
};

test.each(services)("the example file of the %s reads without a finding", async (service) => {
  const contract = await contractOf(service);
  expect(contract.findings).toEqual([]);
  expect(namesOf(contract, (variable) => variable.sensitive)).toEqual(new Set(secrets[service]));
  for (const variable of contract.variables) expect(variable.sensitivity, variable.name).toBe("declared");
});

test.each(services)("no secret of the %s has a value in its example file", async (service) => {
  const { variables } = await contractOf(service);
  for (const { name, sensitive, example, placeholder } of variables) {
    if (sensitive) expect(placeholder || example === "", name).toBe(true);
  }
});

test.each(["backend", "fleet", "dialler"] as const)("the %s reads what its example file lists", async (service) => {
  const contract = await contractOf(service);
  const path = `${folder}${service}/src/variables.ts`;
  const code = await readFile(path, "utf8");
  const read = scanCode([{ path, text: code }]).map(({ name }) => name);
  expect(new Set(read)).toEqual(namesOf(contract, () => true));
  const again = /reloadable = \[(.*)\]/s.exec(code)?.[1] ?? "";
  const reloaded = [...again.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? "");
  expect(new Set(reloaded)).toEqual(namesOf(contract, ({ restart }) => restart === "reload"));
});

test.each(services)("plain dotenv reads the example file of the %s", async (service) => {
  const contract = await contractOf(service);
  const parsed = parse(await readFile(`${folder}${service}/.env.example`));
  expect(new Set(Object.keys(parsed))).toEqual(namesOf(contract, (variable) => variable.active));
  for (const { name, active, example } of contract.variables) if (active) expect(parsed[name], name).toBe(example);
});

test("the sample values fill exactly what can't be made, and none is a placeholder or too short", async () => {
  const contracts = await Promise.all(services.map(contractOf));
  const variables = contracts.flatMap((contract) => contract.variables).filter((variable) => variable.sensitive);
  const sample = parse(await readFile(`${folder}values.sample.env`));
  const vendorOnly = variables.filter((variable) => variable.generate === undefined && variable.active);
  expect(new Set(Object.keys(sample))).toEqual(new Set(vendorOnly.map(({ name }) => name)));
  for (const { name, type } of vendorOnly) {
    const value = sample[name] ?? "";
    expect(isPlaceholder(value), name).toBe(false);
    expect(value.includes("tryout"), name).toBe(true);
    if (type.kind === "string") expect(value.length, name).toBeGreaterThanOrEqual(type.minLength ?? 1);
    if (type.kind === "url") expect(type.schemes, name).toContain(new URL(value).protocol.slice(0, -1));
  }
});

test("the brand file holds public names only, all that the console knows", async () => {
  const contract = await contractOf("console");
  const brand = parse(await readFile(`${folder}console/brand/voxbridge/.env`));
  expect(new Set(Object.keys(brand))).toEqual(namesOf(contract, (variable) => variable.active));
  expect(Object.keys(brand).every((name) => name.startsWith("VITE_"))).toBe(true);
  for (const { type, name } of contract.variables) {
    if (type.kind === "string" && type.pattern !== undefined) expect(brand[name]).toMatch(new RegExp(type.pattern));
  }
});

async function contractOf(service: Service): Promise<Contract> {
  const file = `${folder}${service}/.env.example`;
  return readContract(await readFile(file, "utf8"), file);
}

function namesOf(contract: Contract, which: (variable: Contract["variables"][number]) => boolean): Set<string> {
  return new Set(contract.variables.filter(which).map((variable) => variable.name));
}
