/**
 * What everyone deploys: a web server of half a megabyte that starts in two milliseconds, so that what is measured is the
 * way to it. Each contender has one of its own, with the same program, file and health endpoint.
 */
export interface BenchService {
  readonly name: string;
  readonly port: number;
  readonly file: string;
  readonly unit: string;
  readonly health: string;
}

export function serviceOf(name: string, port: number): BenchService {
  const health = `http://127.0.0.1:${port}/health`;
  return { name, port, file: `/opt/${name}/.env`, unit: `${name}.service`, health };
}

export function unitFile({ name, port, file }: BenchService): string {
  return `[Unit]
Description=${name}

[Service]
EnvironmentFile=${file}
User=bench
ExecStart=/usr/bin/busybox httpd -f -p 127.0.0.1:${port} -h /srv/bench

[Install]
WantedBy=multi-user.target
`;
}

/** For a host that was never measured on, and for one that was: what every contender finds there. */
export function prepareScript(services: readonly BenchService[]): string {
  const lines = services.flatMap((service) => [
    `systemctl stop ${service.unit} 2>/dev/null || :`,
    `rm -rf /opt/${service.name} /var/lib/keyturn/${service.name}@*`,
    `mkdir -p /opt/${service.name}`,
    `cat >/etc/systemd/system/${service.unit} <<'END'\n${unitFile(service)}END`,
  ]);
  return `mkdir -p /srv/bench
echo ok >/srv/bench/health
id -u bench >/dev/null 2>&1 || useradd --system --no-create-home bench
${lines.join("\n")}
systemctl daemon-reload
`;
}
