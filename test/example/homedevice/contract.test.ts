import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { expect, test } from "vitest";
import { expandRuntimes, isPlaceholder, readContract, readManifest, scanCode, type Contract } from "#contract";

const folder = fileURLToPath(new URL("../../../examples/homedevice/", import.meta.url));
const services = ["api", "agent", "grafana", "stand-in"] as const;

test.each(services)("the example file of the %s reads without a finding, and holds no secret", async (service) => {
  const contract = await contractOf(service);
  expect(contract.findings).toEqual([]);
  for (const { name, sensitive, sensitivity, example, placeholder } of contract.variables) {
    expect(sensitivity, name).toBe("declared");
    if (sensitive) expect(placeholder || example === "", name).toBe(true);
  }
});

test.each(["api", "agent"] as const)("the %s reads what its example file lists", async (service) => {
  const path = `${folder}${service}/src/variables.ts`;
  const read = scanCode([{ path, text: await readFile(path, "utf8") }]).map(({ name }) => name);
  const { variables } = await contractOf(service);
  expect(new Set(read)).toEqual(new Set(variables.map(({ name }) => name)));
});

test("the sample values fill exactly what can neither be made nor derived", async () => {
  const contracts = await Promise.all(services.map(contractOf));
  const made = ({ generate, derive, active }: Contract["variables"][number]) =>
    generate !== undefined || derive !== undefined || !active;
  const variables = contracts.flatMap((contract) => contract.variables).filter(({ sensitive }) => sensitive);
  const sample = parse(await readFile(`${folder}values.sample.env`));
  expect(new Set(Object.keys(sample))).toEqual(new Set(variables.filter((one) => !made(one)).map(({ name }) => name)));
  for (const [name, value] of Object.entries(sample)) expect(isPlaceholder(value), name).toBe(false);
});

test("the manifest makes a container of limited size for each user, and a process on a laptop", async () => {
  const files = Object.fromEntries(
    await Promise.all(
      services.map(async (name) => {
        return [`${name}/.env.example`, await readFile(`${folder}${name}/.env.example`, "utf8")] as const;
      }),
    ),
  );
  const text = await readFile(`${folder}keyturn.yaml`, "utf8");
  const agentIn = (environment: string, host: string) => {
    const options = { environment, readText: (path: string) => files[path.replace(/^.*homedevice\//, "")] };
    const { platform, findings } = readManifest(text, "keyturn.yaml", options);
    expect(findings).toEqual([]);
    if (platform === undefined) throw new Error("no platform");
    const runtimes = [{ service: "agent", user: "alice", host, seat: 0 }];
    return expandRuntimes(platform, runtimes).services.find(({ base }) => base === "agent");
  };
  expect(agentIn("production", "box1")?.runtime).toMatchObject({
    kind: "docker",
    image: "homedevice-agent:1",
    container: "agent-alice",
    memory: 256 * 1024 * 1024,
  });
  const local = agentIn("local", "here");
  expect(local?.runtime).toMatchObject({ kind: "process", instanceEnvironment: {} });
  expect(local?.values["PORT"]).toEqual([{ kind: "text", text: "7300" }]);
});

async function contractOf(service: (typeof services)[number]): Promise<Contract> {
  const file = `${folder}${service}/.env.example`;
  return readContract(await readFile(file, "utf8"), file);
}
