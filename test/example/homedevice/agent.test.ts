import { expect, test } from "vitest";
import { getJson, postJson } from "../platform.ts";
import { agentValues, secrets, startService, startStandIn } from "./platform.ts";

const key = "hd_the-key-of-alice-and-of-nobody-else";
const authorization = `Bearer ${key}`;

test.each(["openai", "groq", "anthropic"])("an agent on %s answers the API, and nobody else", async (model) => {
  const { url: standIn } = await startStandIn();
  const values = { ...agentValues(standIn, secrets()), API_SERVER_KEY: key, LLM_PROVIDER: model };
  const { url } = await startService("agent", values);
  const chat = (headers: Readonly<Record<string, string>>) => postJson(`${url}/chat`, { text: "hello" }, headers);
  expect(await chat({ authorization })).toEqual({ status: 200, body: { text: "you said: hello" } });
  expect(await chat({ authorization: "Bearer the-proxys-own", "x-api-server-key": key })).toMatchObject({
    status: 200,
  });
  for (const headers of [
    {},
    { authorization: "Bearer hd_other" },
    { authorization: key },
    { "x-api-server-key": "" },
  ]) {
    expect((await chat(headers as Readonly<Record<string, string>>)).status).toBe(401);
  }
});

test.each([
  ["revoked", "key-refused"],
  ["limited", "key-refused"],
  ["exhausted", "out-of-quota"],
])("a key of the model's that is %s is told as %s, and is in no log", async (word, why) => {
  const { url: standIn } = await startStandIn();
  const OPENAI_API_KEY = `sk-proj-${word}-0123456789`;
  const agent = await startService("agent", {
    ...agentValues(standIn, secrets()),
    API_SERVER_KEY: key,
    OPENAI_API_KEY,
  });
  const answer = await postJson(`${agent.url}/chat`, { text: "hello" }, { authorization });
  expect(answer).toEqual({ status: 502, body: { error: why } });
  expect(agent.output()).toContain(why);
  expect(agent.output()).not.toContain(OPENAI_API_KEY);
});

test("an agent that drains takes nothing new, tells its release, and ends", async () => {
  const { url: standIn } = await startStandIn();
  const values = { ...agentValues(standIn, secrets()), API_SERVER_KEY: key, KEYTURN_RELEASE: "r7" };
  const agent = await startService("agent", values);
  const told = { release: "r7", user: "alice", calls: 0, model: "openai" };
  expect(await getJson(`${agent.url}/health`)).toEqual({ status: 200, body: { status: "ok", ...told } });
  expect((await postJson(`${agent.url}/drain`, {})).status).toBe(202);
  expect(await getJson(`${agent.url}/health`)).toEqual({ status: 200, body: { status: "draining", ...told } });
  expect((await postJson(`${agent.url}/chat`, { text: "hello" }, { authorization })).status).toBe(503);
  expect(await agent.stop()).toBe(0);
});
