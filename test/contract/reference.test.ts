import { describe, expect, test } from "vitest";
import { readManifest, renderReference, renderRunbook, type ReferencePages } from "#contract";

const manifest = [
  "platform: voxbridge",
  "environments: { production: { hosts: { app1: {}, sip1: {} } } }",
  "services:",
  "  backend:",
  "    { contract: b/.env.example, runtime: systemd, hosts: [app1], file: /opt/b/.env, owner: b, unit: b.service,",
  "      values: { PUBLIC_URL: 'https://${HOST}' }, verifies: [VOXCORE_SECRET] }",
  "  dialler:",
  "    { contract: d/.env.example, runtime: systemd, hosts: [sip1], file: /opt/d/.env, owner: d, unit: d.service,",
  "      presents: [VOXCORE_SECRET] }",
].join("\n");

const contracts: Readonly<Record<string, string>> = {
  "b/.env.example": [
    "# A <b>bold</b> | piped meaning",
    "# of two lines",
    "HOST=a`b",
    "PUBLIC_URL=",
    "# Shared with the dialler",
    '# @where="Vault → voxcore" @generate @type=string(minLength=32)',
    "VOXCORE_SECRET=hunter2-example",
  ].join("\n"),
  "d/.env.example": "VOXCORE_SECRET=hunter2-example\n# @docs=https://a.example/?a&b\nPORT=8090\n",
};

function pages(): ReferencePages {
  return renderReference(platformHere());
}

function platformHere() {
  const { platform, findings } = readManifest(manifest, "keyturn.yaml", { readText: (path) => contracts[path] });
  if (platform === undefined) throw new Error(JSON.stringify(findings));
  return platform;
}

function markdown(file: string): readonly string[] {
  return (pages().markdown.find((page) => page.file === file)?.text ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"));
}

describe("reference pages", () => {
  test("list every variable of each service with default and meaning", () => {
    expect(markdown("variables.md")).toEqual([
      "| variable | type | required | default | meaning |",
      "|---|---|---|---|---|",
      "| `HOST` | string | no | `` a`b `` | A &lt;b>bold&lt;/b> \\| piped meaning of two lines |",
      "| `PUBLIC_URL` | url | yes | `https://${HOST}` |  |",
      "| `VOXCORE_SECRET` | string of at least 32, secret | yes |  | Shared with the dialler |",
      "| variable | type | required | default | meaning |",
      "|---|---|---|---|---|",
      "| `VOXCORE_SECRET` | string, secret | yes |  |  |",
      "| `PORT` | port | no | `8090` | (https://a.example/?a&b) |",
    ]);
  });

  test("list variables by service", () => {
    expect(markdown("services.md").slice(2)).toEqual([
      "| `HOST` | setting | backend |",
      "| `PORT` | setting | dialler |",
      "| `PUBLIC_URL` | setting | backend |",
      "| `VOXCORE_SECRET` | secret | backend, dialler |",
    ]);
  });

  test("say of each secret who uses it, where it is set and where it comes from", () => {
    expect(markdown("secrets.md").slice(2)).toEqual([
      "| `VOXCORE_SECRET` | backend (verifies), dialler (presents) | /opt/b/.env on app1; /opt/d/.env on sip1 | Vault → voxcore; generated (random); read from: store |",
    ]);
  });

  test("as HTML hold the same, escaped", () => {
    const { html } = pages();
    for (const part of ["HOST", "A &lt;b&gt;bold", "https://a.example/?a&amp;b", "/opt/d/.env on sip1"]) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain("<b>");
  });

  test("never show the example of a secret", () => {
    expect(JSON.stringify(pages())).not.toContain("hunter2");
  });
});

describe("the runbook", () => {
  const line = "sh -c 'echo <b>' return dialler@sip1 -";
  const runbook = () => renderRunbook(platformHere(), new Map([["dialler@sip1", line]]));

  test("says host by host where to look, what to restart, and has the line of each target that has one", () => {
    const text = runbook().markdown[0]?.text ?? "";
    expect(text).toContain("1. backend on app1; dialler on sip1\n");
    expect(text).toContain(
      "| d.service | `systemctl status d.service` | `journalctl -u d.service -n 100` | `systemctl restart d.service` |  |",
    );
    expect(text).toContain(`\`\`\`sh\n${line}\n\`\`\``);
    expect(text).not.toContain("backend@app1 (");
  });

  test("is the same page in HTML, with nothing of it taken for a tag", () => {
    const { html } = runbook();
    expect(html).toContain("<pre>sh -c &#39;echo &lt;b&gt;&#39; return dialler@sip1 -</pre>");
    expect(html).toContain("<code>journalctl -u b.service -n 100</code>");
    expect(html).not.toContain("<b>");
  });
});
