import type { Sensitive } from "#kernel";
import type { Assessment, Home, KeptRevision, SettingRollout, SettingsView, Watcher } from "#operation";
import { follow } from "./follow.ts";
import { inPath } from "./name.ts";
import { outcomeOf } from "./rolled-out.ts";
import type { Server } from "./server.ts";

type Settings = "listSettings" | "restoreSetting" | "saveSetting" | "settingHistory" | "testSetting";

/** Provider settings of what runs for users. Secret fields go in a body, and come back nowhere. */
export function settings(server: Server): Pick<Home, Settings> {
  const { askHere } = server;
  const listSettings = () => askHere<SettingsView>("GET", "/settings");
  const latest = async (expected: number | undefined) => expected ?? (await listSettings()).revision;
  return {
    listSettings,
    testSetting: async ({ provider, fields, nearby }) => {
      const body = { fields: opened(fields), ...near(nearby) };
      const { impact: _impact, ...assessment } = await askHere<Tested>("POST", `${pathOf(provider)}/test`, { body });
      return assessment;
    },
    saveSetting: async ({ provider, fields, nearby, expected, unverified, compromised, ...watcher }) => {
      const body = {
        fields: opened(fields),
        ...near(nearby),
        expected: await latest(expected),
        ...(unverified === undefined ? {} : { unverified: { reason: unverified } }),
        ...(compromised === true ? { emergency: true } : {}),
      };
      const saved = await askHere<Saved>("PUT", pathOf(provider), { body });
      const rollout = await broughtBy(server, saved, watcher);
      const { revision, check, assessment } = saved;
      return { ...rollout, revision, check, assessment };
    },
    settingHistory: async (provider) => {
      const { revisions } = await askHere<{ readonly revisions: readonly Revision[] }>(
        "GET",
        `${pathOf(provider)}/history`,
      );
      return revisions.map(revisionFrom);
    },
    restoreSetting: async ({ provider, revision, expected, ...watcher }) => {
      const body = { revision, expected: await latest(expected) };
      const kept = await askHere<Kept>("POST", `${pathOf(provider)}/restore`, { body });
      return { ...(await broughtBy(server, kept, watcher)), revision: kept.revision, check: kept.check };
    },
  };
}

type Tested = Assessment & Pick<SettingsView, "impact">;
type Kept = KeptRevision & { readonly rollout?: string };
type Saved = Kept & { readonly assessment: Assessment };

function pathOf(provider: string): string {
  return `/settings/${inPath(provider.toLowerCase())}`;
}

function near(nearby: boolean): { readonly nearby?: true } {
  return nearby ? { nearby } : {};
}

function opened(fields: Readonly<Record<string, Sensitive>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([id, value]) => [id, value.reveal().toString("utf8")]));
}

/** Nothing where no runtime has to change. */
async function broughtBy(
  server: Server,
  { rollout }: Kept,
  { onEvent, signal }: Pick<Watcher, "onEvent" | "signal">,
): Promise<SettingRollout> {
  if (rollout === undefined) return {};
  const following = { rollout, onEvent, ...(signal === undefined ? {} : { signal }) };
  const progress = await follow(server, following);
  return { outcome: outcomeOf(server, progress), release: progress.release };
}

type Setting = Awaited<ReturnType<Home["settingHistory"]>>[number];
type Content = NonNullable<Setting["content"]>;

interface Revision extends Omit<Setting, "content" | "createdAt" | "earlier">, Content {
  readonly at: number;
  readonly of?: number;
  readonly readable: boolean;
}

function revisionFrom({ at, of, readable, fields, reason, ...about }: Revision): Setting {
  return {
    ...about,
    createdAt: at,
    ...(of === undefined ? {} : { earlier: of }),
    ...(readable ? { content: { fields, ...(reason === undefined ? {} : { reason }) } } : {}),
  };
}
