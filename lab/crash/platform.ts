/** A platform that is quick to change, with web servers that start in milliseconds: what takes time is what Keyturn does. */
export const hosts = ["fleet1", "fleet2"] as const;

export interface CrashTarget {
  readonly id: string;
  readonly host: string;
  readonly folder: string;
  readonly owner: string;
  readonly units: readonly string[];
  readonly names: readonly string[];
}

export const targets: readonly [CrashTarget, CrashTarget] = [
  {
    id: "pair@fleet1",
    host: "fleet1",
    folder: "/opt/ktpair",
    owner: "ktpair",
    units: ["ktpair@1.service", "ktpair@2.service"],
    names: ["CERT", "KEYTURN_RELEASE", "TOKEN"],
  },
  {
    id: "shop@fleet2",
    host: "fleet2",
    folder: "/opt/ktshop",
    owner: "ktshop",
    units: ["ktshop.service"],
    names: ["KEYTURN_RELEASE", "MODE", "TOKEN"],
  },
];

/** One host after the other: what fails on the second goes back on the first. `dies`: the shop ends as soon as it starts. */
export function manifest(mode: "well" | "dies"): string {
  return `platform: crash
services:
  pair:
    contract: pair/.env.example
    runtime: systemd
    hosts: [fleet1]
    file: /opt/ktpair/.env
    owner: ktpair
    unit: ktpair@.service
    unit-file: pair/ktpair@.service
    instances: ["1", "2"]
    health: [{ http: "http://127.0.0.1:1820%i/", status: 404 }]
  shop:
    contract: shop/.env.example
    runtime: systemd
    hosts: [fleet2]
    file: /opt/ktshop/.env
    owner: ktshop
    unit: ktshop.service
    unit-file: shop/ktshop.service
    values: { MODE: ${mode} }
    health: [{ http: "http://127.0.0.1:18203/", status: 404 }]
environments:
  lab:
    hosts: { fleet1: {}, fleet2: {} }
    sources: [{ files: values }, store]
`;
}

const token = "# @required @sensitive\nTOKEN=change-me\n";

export const contracts = {
  "pair/.env.example": `${token}# @required @sensitive @type=file\nCERT=\n`,
  "shop/.env.example": `${token}# @optional @public @type=enum(well,dies)\nMODE=well\n`,
};

export const units = {
  "pair/ktpair@.service": unit("ktpair", server("1820%i")),
  "shop/ktshop.service": unit("ktshop", `test "$MODE" != dies || exit 9; ${server("18203")}`),
};

/** of an empty folder: it knows no page */
function server(port: string): string {
  return `exec busybox httpd -f -p 127.0.0.1:${port} -h /srv`;
}

function unit(name: string, script: string): string {
  return `[Unit]
# a round starts it more often than systemd would bear with
StartLimitIntervalSec=0

[Service]
EnvironmentFile=/opt/${name}/.env
User=${name}
ExecStart=/bin/sh -c '${script}'
KillMode=mixed
TimeoutStopSec=5

[Install]
WantedBy=multi-user.target
`;
}
