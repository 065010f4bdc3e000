import type { Module } from "./module.ts";

/** These, and what they import all the way down, as far as it is among the modules. */
export function reachedFrom(
  modules: readonly Module[],
  entries: readonly string[],
  follows: (one: Module["imports"][number]) => boolean = () => true,
): readonly string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const seen = new Set<string>();
  const queue = [...entries];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const one of byPath.get(path)?.imports ?? []) {
      if (one.target !== undefined && follows(one)) queue.push(one.target);
    }
  }
  return [...seen];
}

/** Files of one room that import each other all the way round, types included: each circle once, its files in order. */
export function circlesOf(modules: readonly Module[]): readonly (readonly string[])[] {
  return [...Map.groupBy(modules, ({ room }) => room).values()].flatMap(circlesWithin);
}

function circlesWithin(files: readonly Module[]): readonly (readonly string[])[] {
  const below = new Map(files.map((file) => [file.path, new Set(reachedFrom(files, targetsOf(file)))]));
  const circles = files.map(({ path }) =>
    files.map((other) => other.path).filter((other) => below.get(path)?.has(other) && below.get(other)?.has(path)),
  );
  const found = circles.filter((circle) => circle.length > 0);
  return [...new Map(found.map((circle) => [circle.join(" "), circle])).values()];
}

function targetsOf({ imports }: Module): readonly string[] {
  return imports.flatMap(({ target }) => target ?? []);
}
