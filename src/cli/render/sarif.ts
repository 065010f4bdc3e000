import type { KitScanResult, ScanResult } from "#operation";
import { renderJson } from "./json.ts";

type Finding = ScanResult["findings"][number];

/** SARIF 2.1.0: what code scanning of GitHub and others reads. */
export function renderSarif(result: ScanResult | KitScanResult): string {
  const { findings, credentials } = result;
  const candidates = "candidates" in result ? result.candidates : [];
  return renderJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "keyturn", rules: [storedSecret, knownFormat, candidate] } },
        columnKind: "unicodeCodePoints",
        results: [...findings.map(resultOf), ...credentials.map(credentialOf), ...candidates.map(candidateOf)],
      },
    ],
  });
}

const storedSecret = {
  id: "stored-secret",
  shortDescription: { text: "a value of the secret store stands in a file" },
  help: { text: "exchange the value, then take it out of the file: keyturn rotate NAME --compromised" },
  defaultConfiguration: { level: "error" },
};

const knownFormat = {
  id: "known-credential",
  shortDescription: { text: "a credential that the secret store does not have stands in a file" },
  help: { text: "exchange it where it was made, then take it out of the file" },
  defaultConfiguration: { level: "error" },
};

const candidate = {
  id: "unconfirmed-candidate",
  shortDescription: { text: "what stands in a file may be a value of the secret store" },
  help: { text: "keyturn scan of the same files, where the store is, tells whether it is one" },
  defaultConfiguration: { level: "warning" },
};

function candidateOf({ tag, name, encoding, ...finding }: KitScanResult["candidates"][number]): unknown {
  const uri = uriOf(finding.path);
  return {
    ruleId: candidate.id,
    level: "warning",
    message: { text: `perhaps ${name}, as ${encoding}` },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: regionOf(finding) } }],
    partialFingerprints: { "place/v1": `${tag}/${encoding}/${uri}` },
  };
}

function credentialOf({ format, tag, ended, ...finding }: ScanResult["credentials"][number]): unknown {
  const over = ended === undefined ? "" : `; accepted until ${ended.until}, which is over`;
  const uri = uriOf(finding.path);
  return {
    ruleId: knownFormat.id,
    level: "error",
    message: { text: `${format}, not in the store${over}` },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: regionOf(finding) } }],
    partialFingerprints: { "place/v1": `${format}/${tag ?? ""}/${uri}` },
  };
}

function resultOf(finding: Finding): unknown {
  const { name, version, state, environment, encoding, path } = finding;
  return {
    ruleId: storedSecret.id,
    level: "error",
    message: { text: `${name} version ${version ?? "?"}, ${state ?? "live"} in ${environment ?? ""}, as ${encoding}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) }, region: regionOf(finding) } }],
    partialFingerprints: { "place/v1": `${environment ?? ""}/${name}/${version ?? ""}/${encoding}/${uriOf(path)}` },
  };
}

function regionOf({ binary, offset, line, column }: Pick<Finding, "binary" | "offset" | "line" | "column">): unknown {
  return binary ? { byteOffset: offset } : { startLine: line, startColumn: column };
}

function uriOf(path: string): string {
  const uri = path.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${uri}` : uri;
}
