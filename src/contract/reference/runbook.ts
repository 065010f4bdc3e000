import type { HealthCheck, HostEntry, Platform, Service } from "../platform.ts";
import { targetId, unitName } from "../target.ts";

/** What a person needs at night, on paper too: where to look, what to restart in which order, and the way back by hand. */
export interface Runbook {
  readonly platform: string;
  readonly environment: string;
  /** services that are restarted together, first ones first */
  readonly order: readonly (readonly string[])[];
  readonly hosts: readonly RunbookHost[];
}

export interface RunbookHost {
  readonly name: string;
  readonly address: string;
  readonly targets: readonly RunbookTarget[];
}

export interface RunbookTarget {
  readonly target: string;
  /** the file or folder that it is given */
  readonly place: string;
  readonly parts: readonly RunbookPart[];
  /** one line for root's shell on the host; absent where there is no way back by hand */
  readonly returnLine?: string;
}

/** A unit, a container, a published bundle. */
interface RunbookPart {
  readonly name: string;
  readonly look: string;
  readonly log?: string;
  readonly restart?: string;
  readonly health: readonly string[];
}

/** `returnLines` by target. */
export function describeRunbook(platform: Platform, returnLines: ReadonlyMap<string, string>): Runbook {
  const { services, hosts } = platform;
  const restarted = services.filter(({ runtime }) => runtime.kind !== "vite");
  return {
    platform: platform.name,
    environment: platform.environment.name,
    order: [...Map.groupBy(restarted, ({ order }) => order)]
      .toSorted(([a], [b]) => a - b)
      .map(([, group]) => group.map((service) => `${service.name} on ${service.hosts.join(", ")}`)),
    hosts: hosts.map((host) => ({
      name: host.name,
      address: addressText(host),
      targets: services
        .filter((service) => service.hosts.includes(host.name))
        .map((service) => describeTarget(service, host.name, returnLines)),
    })),
  };
}

function addressText({ connection }: HostEntry): string {
  return connection.kind === "local" ? "this machine" : connection.address;
}

function describeTarget(service: Service, host: string, lines: ReadonlyMap<string, string>): RunbookTarget {
  const target = targetId(service.name, host);
  const returnLine = lines.get(target);
  return {
    target,
    place: placeOf(service),
    parts: partsOf(service, host),
    ...(returnLine === undefined ? {} : { returnLine }),
  };
}

function placeOf({ runtime }: Service): string {
  switch (runtime.kind) {
    case "systemd":
    case "compose":
      return runtime.file.path;
    case "vite":
      return `${runtime.publish}/current`;
    case "docker":
      return `container ${runtime.container}`;
    case "process":
      return "the home folder of Keyturn";
  }
}

function partsOf(service: Service, host: string): readonly RunbookPart[] {
  const { runtime } = service;
  const health = (instance: string) => service.health.map((check) => healthText(check, instance, host));
  switch (runtime.kind) {
    case "systemd":
      return runtime.instances.map((instance) => {
        const unit = unitName(runtime.unit, instance);
        return {
          name: unit,
          look: `systemctl status ${unit}`,
          log: `journalctl -u ${unit} -n 100`,
          restart: `systemctl restart ${unit}`,
          health: health(instance),
        };
      });
    case "compose": {
      const engine = `docker compose -f ${runtime.project}/${runtime.composeFile}`;
      const name = runtime.composeService;
      const restart = `${engine} up -d --no-deps --force-recreate ${name}`;
      return [
        { name, look: `${engine} ps ${name}`, log: `${engine} logs --tail 100 ${name}`, restart, health: health("") },
      ];
    }
    case "docker": {
      const name = runtime.container;
      const [look, log] = [`docker ps --filter name=${name}`, `docker logs --tail 100 ${name}`];
      return [{ name, look, log, restart: `docker restart ${name}`, health: health("") }];
    }
    case "vite":
      return [{ name: service.name, look: `readlink ${runtime.publish}/current`, health: health("") }];
    case "process":
      return runtime.instances.map((instance) => ({
        name: instance === "" ? service.name : `${service.name} ${instance}`,
        look: "keyturn status",
        health: health(instance),
      }));
  }
}

function healthText(check: HealthCheck, instance: string, host: string): string {
  switch (check.kind) {
    case "http": {
      const from = check.from === "control" ? "" : ` on ${host}`;
      return `curl ${check.url.replaceAll("%i", instance)}${from}, ${check.status}`;
    }
    case "tcp":
      return `${check.address}:${check.port.replaceAll("%i", instance)} answers`;
    case "command":
      return check.command.join(" ").replaceAll("%i", instance);
  }
}
