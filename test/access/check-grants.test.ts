import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkGrants, loaderReason, type Ask, type Granted, type GrantKind } from "#access";

const ask = (name: string, more: Partial<Ask> = {}): Ask => {
  return { service: "api", name, sensitive: true, stored: true, ...more };
};
const grant = (name: string, kind: GrantKind = "hold", service = "api"): Granted => ({ service, name, kind });
const missing = (asks: readonly Ask[], grants: readonly Granted[], sensitive: readonly Granted[] = []) =>
  checkGrants({ asks, grants, sensitive }).map((finding) => `${finding.missing} ${finding.service} ${finding.name}`);

test("a stored name without a grant is a finding with its place, another service's grant doesn't help", () => {
  const position = { file: "api/.env.example", line: 3, column: 1 };
  const asks = [ask("JWT_SECRET", { position })];
  const [finding] = checkGrants({ asks, grants: [grant("JWT_SECRET", "hold", "web")], sensitive: [] });
  expect(finding).toMatchObject({ code: "grant-missing", missing: "hold", position, severity: "error" });
  expect(finding?.hint).toBe("`keyturn grant api JWT_SECRET` allows it");
  expect(missing(asks, [grant("JWT_SECRET")])).toEqual([]);
});

test("text of the contract needs no grant, unless its name steers a loader", () => {
  expect(missing([ask("PORT", { stored: false })], [])).toEqual([]);
  expect(missing([ask("LD_PRELOAD", { stored: false })], [])).toEqual(["loader api LD_PRELOAD"]);
});

test("a name that steers a loader needs a grant of its own beside the one to hold it", () => {
  expect(missing([ask("NODE_OPTIONS")], [grant("NODE_OPTIONS")])).toEqual(["loader api NODE_OPTIONS"]);
  expect(missing([ask("NODE_OPTIONS")], [grant("NODE_OPTIONS"), grant("NODE_OPTIONS", "loader")])).toEqual([]);
});

test("a name that was sensitive and becomes public needs a grant, one that stays sensitive doesn't", () => {
  const before = [grant("TOKEN")];
  const held = [grant("TOKEN")];
  expect(missing([ask("TOKEN")], held, before)).toEqual([]);
  expect(missing([ask("TOKEN", { sensitive: false })], held, before)).toEqual(["clear api TOKEN"]);
  expect(missing([ask("TOKEN", { sensitive: false })], [...held, grant("TOKEN", "clear")], before)).toEqual([]);
  expect(
    missing([ask("TOKEN", { sensitive: false, service: "web" })], [grant("TOKEN", "hold", "web")], before),
  ).toEqual([]);
});

test("loader names are known with a reason, look-alikes are ordinary", () => {
  const loaders =
    "LD_PRELOAD LD_AUDIT DYLD_INSERT_LIBRARIES PATH NODE_OPTIONS BASH_ENV ENV IFS SHELL PYTHONPATH PYTHONSTARTUP " +
    "PERL5LIB PERL5OPT RUBYOPT RUBYLIB GIT_SSH GIT_SSH_COMMAND GIT_CONFIG_COUNT JAVA_TOOL_OPTIONS _JAVA_OPTIONS " +
    "CLASSPATH DOTNET_STARTUP_HOOKS LUA_INIT PS4 EDITOR OPENSSL_CONF npm_config_script_shell BASH_FUNC_ls%%";
  for (const name of loaders.split(" ")) expect(loaderReason(name), name).toEqual(expect.any(String));
  const ordinary =
    "MY_PATH PATH_PREFIX GITHUB_TOKEN NODE_ENV PYTHONUNBUFFERED ENVIRONMENT SHELLY JAVA_HOME LDAP_URL TZ";
  for (const name of ordinary.split(" ")) expect(loaderReason(name), name).toBeUndefined();
});

test("giving exactly what is missing leaves nothing missing, and taking one grant away brings one finding back", () => {
  const names = fc.constantFrom("TOKEN", "PATH", "PORT", "LD_PRELOAD");
  const anyAsk = fc.record({
    service: fc.constantFrom("api", "web"),
    name: names,
    sensitive: fc.boolean(),
    stored: fc.boolean(),
  });
  const asks = fc.uniqueArray(anyAsk, { selector: (one) => `${one.service} ${one.name}`, maxLength: 6 });
  fc.assert(
    fc.property(
      asks,
      fc.array(fc.record({ service: fc.constantFrom("api", "web"), name: names })),
      (asks, sensitive) => {
        const found = checkGrants({ asks, grants: [], sensitive });
        const grants = found.map(({ service, name, missing }) => ({ service, name, kind: missing }));
        expect(checkGrants({ asks, grants, sensitive })).toEqual([]);
        if (grants.length > 0) expect(checkGrants({ asks, grants: grants.slice(1), sensitive })).toHaveLength(1);
      },
    ),
  );
});
