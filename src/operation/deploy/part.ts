import { targetId, type Platform } from "#contract";
import { AppError } from "#kernel";

/**
 * The part of a platform that was named: services, hosts, or `service@host`; of what runs for users the service is all of
 * it. Nothing named is all of it. A name that is neither ends with NOT_FOUND: a typing error must not become an apply of
 * everything or of nothing.
 */
export function selectPart(platform: Platform, part: readonly string[]): Platform {
  if (part.length === 0) return platform;
  const wanted = part.map((word) => targetsOf(platform, word));
  const services = platform.services.flatMap((service) => {
    const hosts = service.hosts.filter((host) => wanted.some((targets) => targets.has(targetId(service.name, host))));
    return hosts.length === 0 ? [] : [{ ...service, hosts }];
  });
  const used = new Set(services.flatMap(({ hosts }) => hosts));
  return { ...platform, services, hosts: platform.hosts.filter(({ name }) => used.has(name)) };
}

/** Every word must name something that runs, also beside others that do. */
function targetsOf(platform: Platform, word: string): ReadonlySet<string> {
  const wanted = parseWord(platform, word);
  const targets = platform.services.flatMap(({ name, base, hosts }) =>
    hosts
      .filter((host) => [name, base].includes(wanted.service ?? name) && (wanted.host ?? host) === host)
      .map((host) => targetId(name, host)),
  );
  if (targets.length === 0) throw new AppError("NOT_FOUND", `nothing runs at ${word}`);
  return new Set(targets);
}

function parseWord(platform: Platform, word: string): { readonly service?: string; readonly host?: string } {
  const at = word.indexOf("@");
  const [service, host] = at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  const isService = platform.services.some(({ name, base }) => name === service || base === service);
  if (host !== undefined && isService && platform.hosts.some(({ name }) => name === host)) return { service, host };
  if (host === undefined && isService) return { service };
  if (host === undefined && platform.hosts.some(({ name }) => name === word)) return { host: word };
  throw new AppError("NOT_FOUND", `no service or host is called ${word}`, { hint: `there are ${namesOf(platform)}` });
}

function namesOf({ services, hosts }: Platform): string {
  return [...new Set([...services.map(({ base }) => base), ...hosts.map(({ name }) => name)])].join(", ");
}
