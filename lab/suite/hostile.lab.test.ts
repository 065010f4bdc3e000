import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { openLab } from "../lab.ts";
import { openHostileHost, type HostileHost } from "./hostile-host.ts";

/* What lies in a file's place, and what a machine's own systemd makes of a file: told before anything is touched. */
const lab = openLab();
const host = "fleet1";
let at: HostileHost;

beforeAll(async () => {
  at = await openHostileHost(lab, host);
});

afterAll(() => at.close());

const folder = "/opt/kthostile";

describe("a staged file that the machine's own systemd reads before the swap", () => {
  test("is recorded when it reads what was sent, whatever the values hold", async () => {
    const value = at.plant();
    expect(await at.stage(at.target, `TOKEN="${value} \\"\\\\\\$x\n\t' ü"\n`, `${value} "\\$x\n\t' ü`)).toEqual([
      { kind: "done", request: "stage", target: at.target.id },
    ]);
    await at.machine.perform(at.controller, [{ kind: "sweep", target: at.target }]);
  });

  test.each([
    ["a name that is none", (value: string) => `OTHER=1\nTO-KEN="${value}"\n`],
    ["a shell's word before the name", (value: string) => `export TOKEN=${value}\n`],
    ["a comment that swallows the next line", (value: string) => `# comment \\\nTOKEN=${value}\n`],
    ["a value that is not quoted as it should be", (value: string) => `TOKEN="${value}\n`],
    ["a quote that is never closed before it", (value: string) => `OTHER='\nTOKEN=${value}\n`],
    ["a byte order mark", (value: string) => `\uFEFFTOKEN=${value}\n`],
    ["a zero byte", (value: string) => `TOKEN=${value}\0\n`],
    ["nothing", () => ""],
  ])("is refused with %s, and nothing is touched", async (_, text) => {
    const value = at.plant();
    const before = await state();
    expect(await at.stage(at.target, text(value), value)).toMatchObject([
      { kind: "failed", reason: "misread", detail: "its systemd reads other values of TOKEN" },
    ]);
    expect(await state()).toBe(before);
  });

  // systemd logs these by itself, not for the unit: what our own reader refuses must not get here
  test.each([
    ["no text", Buffer.from("TOKEN=not-planted\xff\n", "latin1")],
    ["a noncharacter", "TOKEN=not-planted\uFFFF\n"],
  ])("is refused with a value that is %s", async (_, text) => {
    expect(await at.stage(at.target, text, "not-planted")).toMatchObject([{ kind: "failed", reason: "misread" }]);
  });

  test("is refused when no process could be started with it", async () => {
    const before = await state();
    const value = at.plant() + "x".repeat(140_000);
    expect(await at.stage(at.target, `TOKEN="${value}"\n`, value)).toMatchObject([
      { kind: "failed", reason: "misread" },
    ]);
    expect(await state()).toBe(before);
  });

  test("leaves no value in the journal, and no unit", async () => {
    await at.inside("journalctl --sync");
    const journal = await at.inside("journalctl --no-pager --output=export");
    expect(at.planted().filter((value) => journal.includes(value))).toEqual([]);
    expect(await at.inside("ls /run/systemd/transient; systemctl list-units --all --no-legend 'run-*.service'")).toBe(
      "",
    );
  });

  test("is read by a process of the file's owner, and never by one of root's", async () => {
    await at.inside(`cat >/usr/sbin/systemd-run && chmod 755 /usr/sbin/systemd-run`, spy);
    try {
      const value = at.plant();
      for (const one of [at.target, at.roots]) {
        expect(await at.stage(one, `TOKEN="${value}"\n`, value)).toMatchObject([{ kind: "done" }]);
      }
      const seen = await at.inside("cat /run/kthostile-spy");
      expect(seen.trim().split("\n")).toEqual(["kthostile", expect.not.stringMatching(/^(root|nobody|kthostile)$/)]);
    } finally {
      await at.inside("rm -f /usr/sbin/systemd-run /run/kthostile-spy");
      await at.machine.perform(
        at.controller,
        [at.target, at.roots].map((one) => ({ kind: "sweep", target: one })),
      );
    }
  });

  test.each([
    ["has no systemd-run", "mv /usr/bin/systemd-run /usr/bin/systemd-run.kept"],
    [
      "has a systemd-run from before 236",
      "printf '#!/bin/sh\\nexit 1\\n' >/usr/sbin/systemd-run; chmod 755 /usr/sbin/systemd-run",
    ],
  ])("is not read where the machine %s, which is told", async (_, spoil) => {
    await at.inside(spoil);
    try {
      const value = at.plant();
      const answers = await at.deliver(`TOKEN="${value}"\n`);
      expect(answers).toMatchObject([
        { kind: "done", remark: "not read by its own systemd before the swap: that needs systemd-run of version 236" },
        { kind: "done" },
      ]);
    } finally {
      await at.inside(
        "rm -f /usr/sbin/systemd-run; [ ! -e /usr/bin/systemd-run.kept ] || mv /usr/bin/systemd-run.kept /usr/bin/systemd-run",
      );
    }
  });
});

describe("something else than a file", () => {
  const file = `${folder}/kthostile.env`;
  const staged = `${folder}/.kthostile.env.keyturn-staged`;

  test.each([
    ["a link", `mv ${file} ${file}.kept && ln -s /etc/passwd ${file}`, /move .*kthostile.env away \(symbolic link\)/],
    ["a folder", `mv ${file} ${file}.kept && mkdir ${file}`, /away \(directory\)/],
    ["a pipe", `mv ${file} ${file}.kept && mkfifo ${file}`, /away \(fifo\)/],
    ["a device", `mv ${file} ${file}.kept && mknod ${file} c 1 5`, /away \(character special file\)/],
    ["a socket", `mv ${file} ${file}.kept && ${makeSocket(file)}`, /away \(socket\)/],
    [
      "a mount",
      `cp -p ${file} ${file}.kept && mount --bind ${file}.kept ${file}`,
      /is a mount point, which no new file can/,
    ],
  ])("in its place is refused: %s", async (_, spoil, detail) => {
    await at.inside(spoil);
    try {
      const before = await at.inside(`ls -lAi --time-style=full-iso ${folder} /etc/passwd`);
      expect(await at.deliver('TOKEN="other"\n')).toMatchObject([
        { kind: "failed", reason: "refused", detail: expect.stringMatching(detail) },
      ]);
      expect(await at.machine.observe([at.target])).toHaveLength(1);
      expect(await at.inside(`ls -lAi --time-style=full-iso ${folder} /etc/passwd`)).toBe(before);
    } finally {
      await at.inside(`umount ${file}; rm -rf ${file}; mv ${file}.kept ${file}`);
    }
  });

  test.each([
    ["a link", `ln -s /etc/passwd ${staged}`],
    ["a pipe", `mkfifo ${staged}`],
    ["a device", `mknod ${staged} c 1 5`],
    ["a socket", makeSocket(staged)],
  ])("in the place of the staged one is replaced: %s", async (_, spoil) => {
    await at.inside(spoil);
    const passwd = await at.inside("sha256sum /etc/passwd");
    const answers = await at.deliver(`TOKEN="${at.plant()}"\n`);
    expect(answers.map(({ kind }) => kind)).toEqual(["done", "done"]);
    expect(await at.inside("sha256sum /etc/passwd")).toBe(passwd);
  });

  test("in the place of the staged one is refused when it is a folder", async () => {
    await at.inside(`mkdir ${staged}`);
    expect(await at.deliver('TOKEN="other"\n')).toMatchObject([
      { reason: "refused", detail: expect.stringMatching(/directory/) },
    ]);
    await at.inside(`rmdir ${staged}`);
  });

  test.each(["ln -s /etc", "mkfifo", "touch"])(
    "in the place of the folder of file variables is refused: %s",
    async (make) => {
      await at.inside(`${make} ${file}.d`);
      const content = Sensitive.of("content");
      expect(
        await at.machine.perform(at.controller, [
          { kind: "attach", target: at.target, release: "r1", name: "CERT", content },
        ]),
      ).toMatchObject([
        { reason: "refused", detail: `something else than a folder is in its place: move ${file}.d away` },
      ]);
      await at.inside(`rm ${file}.d`);
    },
  );

  test.each([
    ["a pipe as record", "mv record kept && mkfifo record", "rm record && mv kept record"],
    ["a pipe as mark of the owner", "mv controller kept && mkfifo controller", "rm controller && mv kept controller"],
    ["a pipe as lock", "rm -f lock && mkfifo lock", "rm lock"],
    ["a link as half-written record", "ln -s /etc/passwd staged.tmp", "rm staged.tmp"],
  ])("in what is kept of it is waited for by nobody: %s", async (_, spoil, mend) => {
    const kept = `cd /var/lib/keyturn/${at.target.id}`;
    await at.inside(`${kept} && ${spoil}`);
    try {
      const refused = { code: "HOST_REFUSED", message: expect.stringContaining("something else than a file") };
      await expect(at.machine.observe([at.target])).rejects.toMatchObject(refused);
      await expect(at.deliver('TOKEN="other"\n')).rejects.toMatchObject(refused);
    } finally {
      await at.inside(`${kept} && ${mend}`);
    }
  });
});

test("the label of the file is kept, there and back, before the content comes", async () => {
  const file = `${folder}/kthostile.env`;
  const label = "system_u:object_r:keyturn_secret_t:s0";
  await at.inside(`chcon ${label} ${file}`);
  await at.deliver(`TOKEN="${at.plant()}"\n`);
  expect(await at.inside(`stat -c %C ${file}`)).toBe(`${label}\n`);
  await at.machine.perform(at.controller, [{ kind: "return", target: at.target }]);
  expect(await at.inside(`stat -c %C ${file}`)).toBe(`${label}\n`);
});

/** Calls the real one for the name of the user it would run as. */
const spy = `#!/bin/sh
real=/usr/bin/systemd-run
for word; do case $word in User=* | DynamicUser=*) as=$word ;; esac; done
$real --quiet --pipe --wait --collect -p "$as" id -un >>/run/kthostile-spy
exec $real "$@"
`;

function makeSocket(path: string): string {
  return `python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('${path}')"`;
}

/** The file, what lies beside it, and what is kept of it. */
async function state(): Promise<string> {
  return at.inside(
    `cd ${folder} && ls -lAi --time-style=full-iso . && sha256sum ${folder}/* && ls -A /var/lib/keyturn/*@${host}`,
  );
}
