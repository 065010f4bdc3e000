import type { HostFinding, HostScanResult } from "#operation";
import { hostPlaceText } from "./host-scan.ts";
import { renderJson } from "./json.ts";

/** SARIF 2.1.0 of what stands on hosts: a file is `ssh://HOST/path`, a log a path that says so. */
export function renderHostSarif({ findings, hosts }: HostScanResult): string {
  return renderJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "keyturn", rules: [secretOnHost] } },
        invocations: [
          {
            executionSuccessful: hosts.every(({ trouble, state }) => trouble === undefined && state !== "cut"),
            toolExecutionNotifications: hosts.flatMap(({ host, trouble }) =>
              trouble === undefined ? [] : [{ level: "error", message: { text: `${host}: ${trouble.message}` } }],
            ),
          },
        ],
        results: findings.map(resultOf),
      },
    ],
  });
}

const secretOnHost = {
  id: "stored-secret-on-host",
  shortDescription: { text: "a value of the secret store stands on a host outside of its place" },
  help: { text: "exchange the value, then take it out of what is named: keyturn rotate NAME --compromised" },
  defaultConfiguration: { level: "error" },
};

function resultOf(finding: HostFinding): unknown {
  const { name, version, state, environment, encoding, where } = finding;
  const uri = uriOf(finding);
  const region = where.kind === "journal" ? {} : { region: { startLine: where.line } };
  const text = `${name} version ${version}, ${state} in ${environment}, as ${encoding}: ${hostPlaceText(finding)}`;
  return {
    ruleId: secretOnHost.id,
    level: "error",
    message: { text },
    locations: [{ physicalLocation: { artifactLocation: { uri }, ...region } }],
    partialFingerprints: { "place/v1": `${environment}/${name}/${version}/${encoding}/${uri}` },
  };
}

function uriOf({ host, where }: HostFinding): string {
  const parts = partsOf(where).map(encodeURIComponent).join("/");
  return `ssh://${host}/${parts}`;
}

function partsOf(where: HostFinding["where"]): readonly string[] {
  switch (where.kind) {
    case "file":
      return where.path.split("/").slice(1);
    case "container":
      return ["container", `${where.container}${where.log ?? ""}`];
    case "journal":
      return ["journal", where.unit ?? "", where.field];
  }
}
