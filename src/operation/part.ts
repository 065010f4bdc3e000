import type { Platform } from "#contract";
import { AppError } from "#kernel";

/**
 * The part of a platform that was named: services, hosts, or `service@host`. Nothing named is all of it. A name that
 * is neither ends with NOT_FOUND: a typing error must not become an apply of everything or of nothing.
 */
export function selectPart(platform: Platform, part: readonly string[]): Platform {
  if (part.length === 0) return platform;
  const wanted = part.map((word) => parseWord(platform, word));
  const services = platform.services.flatMap((service) => {
    const hosts = service.hosts.filter((host) =>
      wanted.some((one) => (one.service ?? service.name) === service.name && (one.host ?? host) === host),
    );
    return hosts.length === 0 ? [] : [{ ...service, hosts }];
  });
  if (services.length === 0) throw new AppError("NOT_FOUND", `nothing runs at ${part.join(", ")}`);
  const used = new Set(services.flatMap(({ hosts }) => hosts));
  return { ...platform, services, hosts: platform.hosts.filter(({ name }) => used.has(name)) };
}

function parseWord(platform: Platform, word: string): { readonly service?: string; readonly host?: string } {
  const [service = "", host] = word.split("@");
  const isService = platform.services.some(({ name }) => name === service);
  if (host !== undefined && isService && platform.hosts.some(({ name }) => name === host)) return { service, host };
  if (host === undefined && isService) return { service };
  if (host === undefined && platform.hosts.some(({ name }) => name === word)) return { host: word };
  throw new AppError("NOT_FOUND", `no service or host is called ${word}`, { hint: `there are ${namesOf(platform)}` });
}

function namesOf({ services, hosts }: Platform): string {
  return [...services, ...hosts].map(({ name }) => name).join(", ");
}
