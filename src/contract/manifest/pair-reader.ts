import type { Finding, Position } from "#kernel";
import { needsPair } from "../issuer.ts";
import type { Service } from "../platform.ts";
import type { Variable } from "../variable.ts";
import type { ManifestDocument } from "./document.ts";
import { entryOf } from "./issuer-reader.ts";
import { nearest } from "./nearest.ts";
import type { RawManifest } from "./schema.ts";

interface Around {
  readonly document: ManifestDocument;
  readonly services: readonly Service[];
}

interface Read {
  readonly pairs: ReadonlyMap<string, string>;
  /** of the manifest itself */
  readonly findings: readonly Finding[];
  /** where a contract asks for one of the two alone, or takes a second value of it alone */
  readonly apart: readonly Finding[];
}

/** Of each pair the companion, by the name that `with` is said of; what an environment says stands for all that is said at the top. */
export function readPairs(manifest: RawManifest, environment: string, { document, services }: Around): Read {
  const over = manifest.environments[environment]?.secrets ?? {};
  const pairs = new Map<string, string>();
  const findings: Finding[] = [];
  const said = Object.entries({ ...manifest.secrets, ...over });
  for (const [name, secret] of said) {
    if (secret === false) continue;
    const layer = Object.hasOwn(over, name) ? ["environments", environment, "secrets"] : ["secrets"];
    const companion = secret.with;
    const field = companion === undefined ? "issuer" : "with";
    const position = document.locate([...layer, name, field]);
    const report = (message: string): void => void findings.push(conflict(`secrets.${name}: ${message}`, position));
    const needed = secret.issuer === undefined ? "any" : needsPair(entryOf(secret.issuer));
    if (companion === undefined) {
      if (needed === "two") report("this issuer makes two values: expected `with` and the other name beside it");
      continue;
    }
    if (needed === "one") report("this issuer makes one value: `with` has no place beside it");
    if (companion === name) report("expected another name than its own");
    else if (said.some(([other, one]) => other === companion && one !== false))
      report(`${companion} goes with ${name}: what is said of both stands here alone`);
    else if ([...pairs.values()].includes(companion)) report(`${companion} is of another pair already`);
    else {
      findings.push(...unknownIn(services, companion, position));
      pairs.set(name, companion);
    }
  }
  return { pairs, findings: [...findings, ...misheld(pairs, services)], apart: apartIn(pairs, services) };
}

/** As any name of `secrets`: services of another environment may have it. */
function unknownIn(services: readonly Service[], companion: string, position: Position): readonly Finding[] {
  const declared = services.flatMap(({ contract }) => contract.variables.map(({ name }) => name));
  if (declared.includes(companion)) return [];
  const close = nearest(companion, declared);
  const guess = close === undefined ? "" : `, did you mean ${close}?`;
  const message = `secrets names ${companion}, which no contract here declares${guess}`;
  return [{ severity: "warning", code: "variable-unknown", message, position }];
}

/** Who holds a pair is said of one name: there would be two truths otherwise. */
function misheld(pairs: ReadonlyMap<string, string>, services: readonly Service[]): readonly Finding[] {
  return [...pairs].flatMap(([name, companion]) =>
    services.flatMap(({ name: service, presents, verifies, position }) =>
      [...presents, ...verifies].includes(companion)
        ? [
            conflict(
              `${service}: ${companion} goes with ${name}: say of ${name} who presents and verifies it`,
              position,
            ),
          ]
        : [],
    ),
  );
}

function apartIn(pairs: ReadonlyMap<string, string>, services: readonly Service[]): readonly Finding[] {
  const findings = services.flatMap(({ name: service, contract: { variables } }) => [
    ...[...pairs].flatMap(([name, companion]) => {
      const [one, other] = [name, companion].map((wanted) => variables.find((own) => own.name === wanted));
      return apartOf(service, { name, companion, one, other });
    }),
    ...variables.flatMap((variable) => unpaired(variable, pairs)),
  ]);
  // services that share a contract have the same to say of it
  return [...new Map(findings.map((finding) => [JSON.stringify([finding.code, finding.position]), finding])).values()];
}

interface Asked {
  readonly name: string;
  readonly companion: string;
  readonly one: Variable | undefined;
  readonly other: Variable | undefined;
}

function apartOf(service: string, { name, companion, one, other }: Asked): readonly Finding[] {
  const [there] = [one, other].filter((asked) => asked !== undefined);
  if (there === undefined) return [];
  if (one === undefined || other === undefined) {
    const missing = there.name === name ? companion : name;
    const message = `${service} asks for ${there.name} and not for ${missing}, which changes with it`;
    const hint = `add ${missing} to its contract; \`with\` in keyturn.yaml makes a pair of both`;
    return [{ severity: "error", code: "pair-apart", message, position: there.position, hint }];
  }
  if (kindsOf(one) === kindsOf(other)) return [];
  const message = `${service} takes a second value of ${one.accepts.length === 0 ? companion : name} that its other half has no place for`;
  const hint = `\`@accepts\` of both, ${name}_PREVIOUS and ${companion}_PREVIOUS for example`;
  return [{ severity: "error", code: "pair-apart", message, position: other.position, hint }];
}

/** In which of the two ways it takes a second value. */
function kindsOf({ name, accepts }: Variable): string {
  const next = accepts.includes(`${name}_NEXT`);
  const previous = accepts.some((slot) => slot !== `${name}_NEXT`);
  return `${next} ${previous}`;
}

/** Of two names that change one after the other, a map would hold a key with the secret of another. */
function unpaired({ name, derive, position }: Variable, pairs: ReadonlyMap<string, string>): readonly Finding[] {
  if (derive?.kind !== "key-map") return [];
  const { key, root } = derive;
  if (pairs.get(key) === root || pairs.get(root) === key) return [];
  const message = `${name} is made of ${key} and ${root}, which are no pair in keyturn.yaml`;
  const hint = `\`secrets: { ${root}: { with: ${key} } }\``;
  return [{ severity: "error", code: "pair-apart", message, position, hint }];
}

function conflict(message: string, position: Position): Finding {
  return { severity: "error", code: "manifest-conflict", message, position };
}
