import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { besides, revealing, rooms } from "./architecture/floor.ts";
import { readModules, roomOf, type Module } from "./architecture/module.ts";
import { circlesOf, reachedFrom } from "./architecture/way.ts";

const modules = readModules();
const outside =
  /^(?:node:)?(?:fs|net|http|https|http2|tls|dgram|dns|child_process|sqlite|worker_threads|cluster)(?:\/|$)/;

describe("the floors", () => {
  test("each room is in the table, and each room of the table is there", () => {
    const found = [...new Set(modules.map(({ room }) => room))];
    expect(found.toSorted()).toEqual(Object.keys(rooms).toSorted());
  });

  test("a room imports only what the table allows", () => {
    const wrong = crossings().filter(({ from, to, typeOnly }) => {
      const row = rooms[from.room];
      return !(row?.imports.includes(to) === true || (typeOnly && row?.types?.includes(to) === true));
    });
    expect(wrong.map(({ from, to, typeOnly }) => `${from.path} → ${to}${typeOnly ? " (types)" : ""}`)).toEqual([]);
  });

  test("ARCHITECTURE.md shows this table", () => {
    const shown = readTable();
    const doors = Object.entries(rooms).filter(([, { floor }]) => floor <= 6);
    expect(Object.keys(shown).toSorted()).toEqual(doors.map(([name]) => name).toSorted());
    for (const [name, { floor, imports, types = [] }] of doors) {
      const row = { floor, imports: imports.toSorted(), types: types.toSorted() };
      expect({ name, ...shown[name] }).toEqual({ name, ...row });
    }
  });

  test("no way through the rooms leads back", () => {
    expect(findCycle()).toBeUndefined();
  });

  test("a room is entered by its door", () => {
    const wrong = modules.flatMap(({ path, room, imports }) =>
      imports
        .filter(({ specifier, target }) =>
          specifier.startsWith(".")
            ? roomOf(target ?? "") !== room &&
              !(
                path === "src/main.ts" &&
                /^src\/compose\/(?:address|compose|open-home|serve|serve-stdio|serve-web)\.ts$/.test(target ?? "")
              )
            : specifier === `#${room}`,
        )
        .map(({ specifier }) => `${path}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no room knows the package for services", () => {
    const wrong = modules.filter(({ imports }) =>
      imports.some(({ specifier, target }) => specifier.startsWith("@keyturn/") || target?.startsWith("sdk/") === true),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("a door names by hand what it offers", () => {
    const wrong = modules.filter(({ path, text }) => path.endsWith("/index.ts") && /export \*/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("rooms that are pure touch nothing outside", () => {
    const pure = modules.filter(({ room }) => rooms[room]?.pure === true || (rooms[room]?.floor ?? 0) <= 1);
    const wrong = pure.flatMap(({ path, imports, text }) => [
      ...imports.filter(({ specifier }) => outside.test(specifier)).map(({ specifier }) => `${path}: ${specifier}`),
      ...(/\bfetch\(|getBuiltinModule|createRequire|\brequire\(/.test(text)
        ? [`${path}: goes around its imports`]
        : []),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe("the files of a room", () => {
  test("do not import each other in a circle, types included", () => {
    expect(circlesOf(modules)).toEqual([]);
  });

  test("are seen in a circle that goes through types alone, and not in a way that leads on or to another room", () => {
    const file = (path: string, ...targets: readonly string[]): Module => ({
      path,
      room: roomOf(path),
      text: "",
      imports: targets.map((target) => ({ specifier: target, typeOnly: true, target })),
    });
    const found = circlesOf([
      file("src/a/entry.ts", "src/a/one.ts", "src/a/two.ts"),
      file("src/a/one.ts", "src/a/two.ts"),
      file("src/a/two.ts", "src/a/three.ts"),
      file("src/a/three.ts", "src/a/one.ts", "src/a/floor.ts"),
      file("src/a/floor.ts", "src/b/floor.ts"),
      file("src/b/floor.ts", "src/b/floor.ts"),
    ]);
    expect(found).toEqual([["src/a/one.ts", "src/a/two.ts", "src/a/three.ts"], ["src/b/floor.ts"]]);
  });
});

describe("the web part", () => {
  test("is made of nothing that knows store, keys, hosts or what is done with them", () => {
    const rooms = new Set(reachedFrom(modules, ["src/server/web/web.ts"], ({ typeOnly }) => !typeOnly).map(roomOf));
    expect([...rooms].toSorted()).toEqual(["kernel", "server"]);
  });
});

describe("values and the environment", () => {
  test("reveal() is called where the list says, as often as it says", () => {
    const found = modules.flatMap(({ path, text }) => {
      const count = [...text.matchAll(/(?:\.|\?\.)\s*reveal\s*\(|\[\s*["'`]reveal/g)].length;
      return count === 0 ? [] : [[path, count] as const];
    });
    expect(Object.fromEntries(found)).toEqual(revealing);
  });

  test("only the composition root reads process.env", () => {
    const readers = modules.filter(({ text }) => /process\s*(?:\?\.|\.)\s*env\b|process\[|"node:process"/.test(text));
    const wrong = readers.map(({ path }) => path).filter((path) => !/^src\/(?:main\.ts$|compose\/)/.test(path));
    expect(wrong).toEqual([]);
  });
});

describe("this test", () => {
  test("saw every module: each file of src is reached from an entry", () => {
    const paths = modules.map(({ path }) => path);
    const seen = reachedFrom(modules, ["src/main.ts", ...besides]);
    expect(seen.toSorted()).toEqual(paths.toSorted());
  });

  test("read every import that a file has", () => {
    const wrong = modules.filter(({ text, imports }) => {
      const words = [...text.matchAll(/\sfrom "[^"\n]+";$/gm)].length + [...text.matchAll(/\bimport\(/g)].length;
      const bare = [...text.matchAll(/^import "/gm)].length;
      return words + bare !== imports.length;
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
    expect(modules.length).toBeGreaterThan(200);
  });
});

interface Row {
  readonly floor: number;
  readonly imports: readonly string[];
  readonly types: readonly string[];
}

/** `kernel, plan; types of contract and host`, `floors 0–3`, `operation, kernel; types`: of every room. */
function readTable(): Readonly<Record<string, Row>> {
  const page = readFileSync(join(import.meta.dirname, "../ARCHITECTURE.md"), "utf8");
  const rows = [...page.matchAll(/^\| (\d) \| `(\w+)` \| .* \| ([^|]+) \|$/gm)].map(
    ([, floor, name = "", text = ""]) => {
      return { floor: Number(floor), name, text };
    },
  );
  const below = (floor: number) => rows.filter((row) => row.floor <= floor).map(({ name }) => name);
  const read = ({ floor, text }: (typeof rows)[number]): Row => {
    const [imports = "", types] = text.split(";");
    const to = /floors 0–(\d)/.exec(imports)?.[1];
    const named = types?.match(/[a-z]+/g)?.filter((word) => !["types", "of", "and"].includes(word)) ?? [];
    return {
      floor,
      imports: (to === undefined ? (imports.match(/[a-z]+/g) ?? []) : below(Number(to))).toSorted(),
      types: (types !== undefined && named.length === 0 ? below(4) : named).toSorted(),
    };
  };
  return Object.fromEntries(rows.map((row) => [row.name, read(row)]));
}

interface Crossing {
  readonly from: Module;
  readonly to: string;
  readonly typeOnly: boolean;
}

function crossings(): readonly Crossing[] {
  return modules.flatMap((from) =>
    from.imports.flatMap(({ target, typeOnly }) => {
      const to = target === undefined ? from.room : roomOf(target);
      return to === from.room ? [] : [{ from, to, typeOnly }];
    }),
  );
}

/** The rooms of one circle, types included; undefined when there is none. */
function findCycle(): readonly string[] | undefined {
  const ways = Map.groupBy(crossings(), ({ from }) => from.room);
  const done = new Set<string>();
  const walk = (room: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(room)) return [...trail.slice(trail.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const to of new Set(ways.get(room)?.map((way) => way.to))) {
      const found = walk(to, [...trail, room]);
      if (found !== undefined) return found;
    }
    done.add(room);
    return undefined;
  };
  for (const room of ways.keys()) {
    const found = walk(room, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
