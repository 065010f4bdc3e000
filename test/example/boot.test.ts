import { expect, test } from "vitest";
import {
  runToEnd,
  secrets,
  startBackend,
  startDialler,
  startWorker,
  type ServiceName,
  type Values,
} from "./platform.ts";

/** those that the example file has no value for */
const required: Readonly<Record<ServiceName, readonly string[]>> = {
  backend: ["JWT_SECRET", "MONGODB_URI", "REDIS_URL", "VOXCORE_SECRET", "OPERATOR_PASSWORD"],
  fleet: [
    "VOXCORE_SECRET",
    "DEEPGRAM_API_KEY",
    "OPENAI_API_KEY",
    "ELEVENLABS_API_KEY",
    "MINIO_ACCESS_KEY",
    "MINIO_SECRET_KEY",
  ],
  dialler: ["MONGODB_URI", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "VOXCORE_SECRET"],
};

test.each(Object.entries(required) as [ServiceName, readonly string[]][])(
  "the %s without any variable names every required one and exits 78",
  async (service, names) => {
    const { code, output } = await runToEnd(service, {});
    expect(code).toBe(78);
    const named = [...output.matchAll(/required variable (\w+) is missing/g)].map((match) => match[1]);
    expect(new Set(named)).toEqual(new Set(names));
  },
);

test("an empty value counts as missing, and only what is missing is named", async () => {
  const { code, output } = await runToEnd("backend", { ...secrets(), JWT_SECRET: "" });
  expect(code).toBe(78);
  expect(output.match(/error:/g)).toHaveLength(1);
  expect(output).toContain("required variable JWT_SECRET is missing");
});

test("a value that is wrong is named without being shown", async () => {
  const values = { ...secrets(), JWT_SECRET: "too-short-one", MONGODB_URI: "postgres://u:p4ssw0rd@h/", PORT: "eighty" };
  const { code, output } = await runToEnd("backend", values);
  expect(code).toBe(78);
  for (const name of ["JWT_SECRET", "MONGODB_URI", "PORT"]) expect(output).toContain(name);
  for (const value of Object.values(values)) expect(output).not.toContain(value);
});

test.each([
  { chosen: { STT_PROVIDER: "soniox" }, missing: ["SONIOX_API_KEY"] },
  { chosen: { LLM_PROVIDER: "google", TTS_PROVIDER: "sarvam" }, missing: ["GOOGLE_API_KEY", "SARVAM_API_KEY"] },
  { chosen: { OTEL_ENABLED: "true" }, missing: ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_API_KEY"] },
])("a worker that is set to $chosen wants $missing", async ({ chosen, missing }) => {
  const { code, output } = await runToEnd("fleet", { ...secrets(), ...(chosen as Values) });
  expect(code).toBe(78);
  expect([...output.matchAll(/required variable (\w+)/g)].map((match) => match[1])).toEqual(missing);
});

test("every service reports its release, and none of them ever writes a secret", async () => {
  const values = { ...secrets(), KEYTURN_RELEASE: "rel_7", DIALLER_CALLS_PER_SECOND: "20" };
  const running = await Promise.all([startBackend(values), startWorker(values), startDialler(values)]);
  const paths = ["/health", "/health/fleet", "/health"];
  for (const [index, service] of running.entries()) {
    const answer = await fetch(service.url + paths[index]);
    expect(await answer.json()).toMatchObject({ status: "ok", release: "rel_7" });
  }
  const hidden = Object.entries(values).filter(([name]) => /SECRET|PASSWORD|KEY|_URI$|REDIS_URL/.test(name));
  for (const service of running) {
    expect(await service.stop()).toBe(0);
    expect(service.output()).toContain("listening");
    for (const [name, value] of hidden) expect(service.output().includes(value), name).toBe(false);
  }
});
