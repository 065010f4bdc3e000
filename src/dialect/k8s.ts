import { Buffer } from "node:buffer";
import type { Grammar } from "./grammar.ts";
import { isObject, parseObject } from "./json.ts";
import { startReading } from "./reading.ts";
import { byteText } from "./text.ts";

/**
 * A Kubernetes Secret for `envFrom`, as a JSON manifest: in YAML a name such as `NO` or `Y` would be a boolean. The reader
 * takes JSON too (`kubectl get secret -o json`).
 */
export function secretGrammar(secretName: string): Grammar {
  return {
    name: "k8s",
    objection: () => undefined,
    render(entries) {
      const fields = entries.map(({ name, bytes }) => `    "${name}": "${Buffer.from(bytes).toString("base64")}"`);
      const data = fields.length === 0 ? "{}" : `{\n${fields.join(",\n")}\n  }`;
      const metadata = `{ "name": ${JSON.stringify(secretName)} }`;
      return `{\n  "apiVersion": "v1",\n  "kind": "Secret",\n  "metadata": ${metadata},\n  "type": "Opaque",\n  "data": ${data}\n}\n`;
    },
    read,
  };
}

/** `stringData` goes over `data`, as in the API server. */
function read(bytes: Uint8Array) {
  const reading = startReading(byteText(bytes));
  const manifest = parseObject(bytes);
  if (manifest === undefined || manifest["kind"] !== "Secret") {
    reading.note("file-refused", "not a Secret as a JSON manifest", 0);
    return reading.result();
  }
  for (const [name, value] of fieldsOf(manifest["data"])) {
    const decoded = typeof value === "string" ? decodeBase64(value) : undefined;
    if (decoded === undefined) reading.note("file-refused", "a field of data that is not base64", 0);
    else reading.set(name, decoded, 0);
  }
  for (const [name, value] of fieldsOf(manifest["stringData"])) {
    if (typeof value === "string") reading.set(name, value, 0);
    else reading.note("file-refused", "a field of stringData that is not a string", 0);
  }
  return reading.result();
}

function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function decodeBase64(text: string): Buffer | undefined {
  const bare = text.replaceAll(/[\r\n]/g, "");
  const wellFormed = bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
  return wellFormed ? Buffer.from(bare, "base64") : undefined;
}
