import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError, Sensitive } from "#kernel";
import {
  listSettings,
  restoreSetting,
  saveSetting,
  settingHistory as historyOf,
  settingRules as rulesOf,
  testSetting,
  type KeptRevision,
  type SettingRollout,
} from "#operation";
import type { Started } from "../desk/desk.ts";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, inBackground, mayBeNearby, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import {
  assessment,
  begunSetting,
  newSetting,
  providerParameters,
  restoredSetting,
  settingHistory,
  settingRules,
  settings,
  testedSetting,
} from "../schema/setting.ts";

const all = "/v1/environments/{environment}/settings";
const one = `${all}/{provider}`;

/** Provider settings of what runs for users. No answer has a secret of them. */
export function settingRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = {
    method: "get",
    path: all,
    summary: "provider settings: what is saved, and whether it works",
    params: environmentParameter,
    answer: settings,
  } as const;
  answer(app, list, ({ params: { environment }, exchange }) =>
    asCaller(installation, exchange, listSettings, environment),
  );
  const rules = {
    method: "get",
    path: `${all}/rules`,
    summary: "by what forms a value is judged, to judge it before it is sent",
    params: environmentParameter,
    answer: settingRules,
  } as const;
  answer(app, rules, ({ params: { environment }, exchange }) => asCaller(installation, exchange, rulesOf, environment));
  const test = {
    method: "post",
    path: `${one}/test`,
    summary: "asks the provider about a key, and keeps nothing",
    params: providerParameters,
    body: testedSetting,
    answer: assessment,
  } as const;
  answer(app, test, ({ params: { environment, provider }, body, exchange }) =>
    asCaller(
      installation,
      exchange,
      async (context) => ({
        ...(await testSetting(context, {
          provider,
          fields: secretly(body.fields),
          nearby: mayBeNearby(installation, exchange, body),
        })),
        impact: (await listSettings(context)).impact,
      }),
      environment,
    ),
  );
  saveRoute(app, installation);
  const history = {
    method: "get",
    path: `${one}/history`,
    summary: "every revision of them, by fingerprint",
    params: providerParameters,
    answer: settingHistory,
  } as const;
  answer(app, history, async ({ params: { environment, provider }, exchange }) => {
    const revisions = await asCaller(installation, exchange, (context) => historyOf(context, provider), environment);
    return {
      revisions: revisions.map(({ createdAt, earlier, content, ...about }) => ({
        ...about,
        at: createdAt,
        ...(earlier === undefined ? {} : { of: earlier }),
        ...(content?.reason === undefined ? {} : { reason: content.reason }),
        readable: content !== undefined,
        fields: content?.fields ?? [],
      })),
    };
  });
  restoreRoute(app, installation);
}

function saveRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const save = {
    method: "put",
    path: one,
    summary: "proves them, saves them, and rolls them out in the background",
    params: providerParameters,
    body: newSetting,
    answer: begunSetting,
    status: 202,
  } as const;
  answer(app, save, async ({ params: { environment, provider }, body, exchange }) => {
    let kept: KeptRevision | undefined;
    const nearby = mayBeNearby(installation, exchange, body);
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      saveSetting(context, {
        ...watcher,
        provider,
        fields: secretly(body.fields),
        nearby,
        expected: body.expected,
        onKept: (saved) => (kept = saved),
        ...(body.unverified === undefined ? {} : { unverified: body.unverified.reason }),
        ...(body.emergency === true ? { compromised: true } : {}),
      }),
    );
    return begunOf(started, kept);
  });
}

function restoreRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const restore = {
    method: "post",
    path: `${one}/restore`,
    summary: "an earlier revision again, rolled out in the background",
    params: providerParameters,
    body: restoredSetting,
    answer: begunSetting,
    status: 202,
  } as const;
  answer(app, restore, async ({ params: { environment, provider }, body, exchange }) => {
    let kept: KeptRevision | undefined;
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      restoreSetting(context, { ...watcher, ...body, provider, onKept: (saved) => (kept = saved) }),
    );
    return begunOf(started, kept);
  });
}

function begunOf(started: Started<SettingRollout>, kept: KeptRevision | undefined) {
  if (kept === undefined) throw new AppError("INTERNAL", "settings roll out that were not saved");
  return { ...kept, ...(started.kind === "begun" ? { rollout: started.id } : {}) };
}

function secretly(fields: Readonly<Record<string, string>>): Readonly<Record<string, Sensitive>> {
  return Object.fromEntries(Object.entries(fields).map(([id, text]) => [id, Sensitive.of(text)]));
}
