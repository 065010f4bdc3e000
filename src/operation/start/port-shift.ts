import {
  fillPresenting,
  fillVerifying,
  type Drain,
  type HealthCheck,
  type Platform,
  type ProcessRuntime,
  type Service,
  type Template,
  type Variable,
} from "#contract";

/**
 * The same platform with every port of its own moved, so that two of them, or one beside something else, run on one
 * machine. Touches text of manifest and contract only: port variables, and loopback addresses with one of those ports.
 */
export function shiftPorts(platform: Platform, shift: number): Platform {
  if (shift === 0) return platform;
  const own = ownPorts(platform);
  return { ...platform, services: platform.services.map((service) => shiftService(service, shift, own)) };
}

/** Where `keyturn serve` listens when nothing else is said; with a platform it moves as that platform's ports do. */
export const serverPort = 7333;

/** Ports of the platform's local services: those of its health checks. `810%i` stands for 8100 to 8109. */
function ownPorts(platform: Platform): ReadonlySet<number> {
  const texts = platform.services
    .filter(({ runtime }) => runtime.kind === "process")
    .flatMap(({ health }) => health.flatMap(placeOf));
  return new Set([serverPort, ...texts.flatMap((text) => portsIn(text))]);
}

function placeOf(check: HealthCheck): readonly string[] {
  if (check.kind === "command") return [];
  return [check.kind === "http" ? check.url : `${check.address}:${check.port}`];
}

const loopback = /(127\.0\.0\.1|localhost|\[::1\]):(\d+(?:%i)?)/g;

function portsIn(text: string): readonly number[] {
  return [...text.matchAll(loopback)].flatMap(([, , port = ""]) =>
    port.endsWith("%i")
      ? Array.from({ length: 10 }, (_, digit) => Number(`${port.slice(0, -2)}${digit}`))
      : [Number(port)],
  );
}

function shiftService(service: Service, shift: number, own: ReadonlySet<number>): Service {
  if (service.runtime.kind !== "process") return service;
  const isPort = new Map(service.contract.variables.map((variable) => [variable.name, holdsPort(variable)]));
  const moved = (name: string, template: Template): Template =>
    template.map((part) =>
      part.kind === "text"
        ? { ...part, text: shiftText(part.text, { shift, own, whole: isPort.get(name) ?? false }) }
        : part,
    );
  const movedUrl = (text: string): string => shiftText(text, { shift, own, whole: false });
  const { drain, presenting, verifying } = service;
  return {
    ...service,
    runtime: shiftCommand(service.runtime, shift, own),
    presenting: new Map([...presenting].map(([name, held]) => [name, fillPresenting(held, movedUrl)])),
    verifying: new Map([...verifying].map(([name, held]) => [name, fillVerifying(held, movedUrl)])),
    ...(drain === undefined ? {} : { drain: shiftDrain(drain, movedUrl) }),
    ...(service.perUser === undefined ? {} : { perUser: { ...service.perUser, port: service.perUser.port + shift } }),
    values: Object.fromEntries(Object.entries(service.values).map(([name, template]) => [name, moved(name, template)])),
    health: service.health.map((check) => shiftCheck(check, shift, own)),
    contract: {
      ...service.contract,
      variables: service.contract.variables.map((variable) =>
        variable.fallback === undefined ? variable : { ...variable, fallback: moved(variable.name, variable.fallback) },
      ),
    },
  };
}

/** `PORT`, `VOXCORE_BASE_PORT`: by its type, or by a name that ends so and holds a number. */
function holdsPort({ type, name }: Variable): boolean {
  return type.kind === "port" || (type.kind === "integer" && /(^|_)PORT$/.test(name));
}

interface Shift {
  readonly shift: number;
  readonly own: ReadonlySet<number>;
  /** the text is nothing but a port */
  readonly whole: boolean;
}

function shiftText(text: string, { shift, own, whole }: Shift): string {
  if (whole && own.has(Number(text))) return String(Number(text) + shift);
  return text.replaceAll(loopback, (found, host: string, port: string) => {
    const first = Number(port.replace("%i", "0"));
    if (!own.has(first)) return found;
    return port.endsWith("%i") ? `${host}:${String(first + shift).slice(0, -1)}%i` : `${host}:${first + shift}`;
  });
}

function shiftCheck(check: HealthCheck, shift: number, own: ReadonlySet<number>): HealthCheck {
  const moved = (text: string): string => shiftText(text, { shift, own, whole: false });
  switch (check.kind) {
    case "http":
      return { ...check, url: moved(check.url) };
    case "tcp":
      return { ...check, port: moved(`127.0.0.1:${check.port}`).slice("127.0.0.1:".length) };
    case "command":
      return { ...check, command: check.command.map(moved) };
  }
}

function shiftDrain(drain: Drain, moved: (text: string) => string): Drain {
  const { by, idle } = drain;
  return {
    ...drain,
    by: by.kind === "http" ? { ...by, url: moved(by.url) } : by,
    ...(idle === undefined ? {} : { idle: { ...idle, url: moved(idle.url) } }),
  };
}

function shiftCommand(runtime: ProcessRuntime, shift: number, own: ReadonlySet<number>): ProcessRuntime {
  const command = runtime.command.map((word) => shiftText(word, { shift, own, whole: /^\d+$/.test(word) }));
  return { ...runtime, command };
}
