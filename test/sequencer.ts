import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files whose names are in the list are begun first, in its order. A new machine knows of no file how long it takes, and
 * a long one that is begun last is waited for by one processor alone.
 */
export function beginWith(names: readonly string[]): typeof BaseSequencer {
  const placeOf = ({ moduleId }: TestSpecification): number => {
    const at = names.findIndex((name) => moduleId.endsWith(`/${name}`));
    return at === -1 ? names.length : at;
  };
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return files.toSorted((a, b) => placeOf(a) - placeOf(b));
    }
  };
}
