/** What a service found in its process environment; the keys are all the variables that it knows. */
export type Variables<Name extends string> = Readonly<Record<Name, string | undefined>>;

/** Makes settings of variables: every problem is collected, and none of them names a value. */
export interface EnvironmentReader<Name extends string> {
  /** the text of a variable that must be there; shorter than `minLength` is a problem as well */
  required(name: Name, minLength?: number): string;
  /** undefined when absent or empty */
  optional(name: Name): string | undefined;
  text(name: Name, fallback: string): string;
  integer(name: Name, fallback: number, range: { readonly min: number; readonly max: number }): number;
  choice<T extends string>(name: Name, values: readonly T[], fallback: T): T;
  /** `schemes` as in a URL, without the colon */
  url(name: Name, schemes: readonly string[]): URL;
  /** URLs between commas, at least one */
  urls(name: Name, schemes: readonly string[]): readonly URL[];
  /** what `parse` makes of a required text; `expected` says what it should have been */
  parsed<T>(name: Name, parse: (text: string) => T | undefined, expected: string): T | undefined;
  problems(): readonly string[];
}

/** sysexits.h: something was found in an unconfigured or misconfigured state */
const misconfigured = 78;

/** Reads the settings, or ends the process with every problem named: a half-configured service never listens. */
export function settingsOrExit<Name extends string, T>(
  service: string,
  variables: Variables<Name>,
  read: (environment: EnvironmentReader<Name>) => T,
): T {
  const environment = readEnvironment(variables);
  const settings = read(environment);
  const problems = environment.problems();
  if (problems.length === 0) return settings;
  for (const problem of problems) process.stderr.write(`${service}: error: ${problem}\n`);
  process.stderr.write(`${service}: hint: .env.example says what each variable is and where it comes from\n`);
  return process.exit(misconfigured);
}

export function readEnvironment<Name extends string>(variables: Variables<Name>): EnvironmentReader<Name> {
  const problems: string[] = [];
  const complain = <T>(problem: string, instead: T): T => {
    problems.push(problem);
    return instead;
  };
  const optional = (name: Name) => (variables[name] === "" ? undefined : variables[name]);
  const required = (name: Name, minLength = 1) => {
    const value = optional(name);
    if (value === undefined) return complain(`required variable ${name} is missing`, "");
    return value.length < minLength ? complain(`${name} is shorter than ${minLength} characters`, "") : value;
  };
  const asUrl = (name: Name, text: string, schemes: readonly string[]) => {
    const instead = new URL("http://absent.invalid");
    const known = URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1));
    if (known) return new URL(text);
    // an absent one is named already
    return text === "" ? instead : complain(`${name} is not a URL of scheme ${schemes.join(" or ")}`, instead);
  };
  return {
    required,
    optional,
    text: (name, fallback) => optional(name) ?? fallback,
    integer: (name, fallback, { min, max }) => {
      const text = optional(name);
      if (text === undefined) return fallback;
      const whole = /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;
      return whole ? Number(text) : complain(`${name} is not a whole number from ${min} to ${max}`, fallback);
    },
    choice: (name, values, fallback) => {
      const text = optional(name) ?? fallback;
      return values.find((value) => value === text) ?? complain(`${name} is none of ${values.join(", ")}`, fallback);
    },
    url: (name, schemes) => asUrl(name, required(name), schemes),
    urls: (name, schemes) =>
      required(name)
        .split(",")
        .map((text) => asUrl(name, text.trim(), schemes)),
    parsed: (name, parse, expected) => {
      const text = required(name);
      if (text === "") return undefined;
      return parse(text) ?? complain(`${name} is not ${expected}`, undefined);
    },
    problems: () => problems,
  };
}
