import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contract, write, type Planting } from "./platform.ts";

/** Makes a value that stands where none belongs, and remembers it under a name. */
export type Stray = (name: string) => string;

/** Manifests, each with a value in a place that is no place for one; paths for `--manifest`. */
export function brokenManifests({ project }: Planting, stray: Stray): readonly string[] {
  const whole = readFileSync(join(project, "keyturn.yaml"), "utf8");
  const of = (place: string) => stray(`in the manifest, ${place}`);
  const api = (line: string) => whole.replace("    directory: api\n", `    directory: api\n    ${line}\n`);
  const texts = [
    api(
      `values: { API_TOKEN: "${of("as a value")}", PORT: "${of("as a port")}", SITE: "\${${of("as a reference")}}" }`,
    ),
    api(
      [
        `${of("as a field")}: 1`,
        `health: ["http://u:${of("in a check")}@10.0.0.1/", "${of("as a check")}"]`,
        `prepare: ["curl -H ${of("in a command")} | sh", "echo '${of("unclosed in a command")}"]`,
        `after: ["${of("as a service")}"]`,
        `order: "${of("as an order")}"`,
        `owner: "${of("as an owner")}"`,
        `drain: { signal: "${of("as a signal")}", limit: "${of("as a limit")}" }`,
      ].join("\n    "),
    ),
    api(`command: "unclosed ${of("in an unclosed text")}`),
    api(`token: |${of("behind a block's sign")}\n\t${of("behind a tab")}`),
    whole
      .replace("directory: api", `directory: "../${of("as a folder")}"`)
      .replace("runtime: process", `runtime: ${of("as a runtime")}`)
      .replace("platform: planted", `platform: "${of("as the platform")}"`)
      .replace("here: local }", `here: "${of("as a host")}", "${of("as a host's name")}!": local }`)
      .replace("production: true", `sources: ["${of("as a source")}"]\n    soak: ${of("as a time")}`),
    `${whole}${of("on a line of its own")}\n`,
    `${whole}api: !${of("as a tag")} x\nweb: *${of("as an alias")}\n`,
  ];
  return texts.map((text, at) => {
    const path = join(project, `broken-${at}.yaml`);
    writeFileSync(path, text);
    return path;
  });
}

/** A contract into which someone put real values. */
export function brokenContract({ project }: Planting, stray: Stray): string {
  const of = (place: string) => stray(`in the contract, ${place}`);
  const lines = [
    contract.replace("API_TOKEN=change-me", `API_TOKEN=${of("as a default")}`),
    `# @type=${of("as a type")}\nA1=x\n# @${of("as a decorator")}\nA2=x\n# @type=port\nA3=${of("as a port")}\n`,
    `# @required=if(${of("as a condition")}=1)\nA4=\n# @generate=${of("as a rule")}\nA5=\n# @type=string(pattern=${of("in a pattern")}[)\nA6=x\n`,
    `${of("on a line of its own")}\nA7="unclosed ${of("unclosed")}\n`,
  ];
  write(join(project, "broken/.env.example"), lines.join(""));
  const path = join(project, "broken-contract.yaml");
  writeFileSync(
    path,
    readFileSync(join(project, "keyturn.yaml"), "utf8").replace("api/.env.example", "broken/.env.example"),
  );
  return path;
}
