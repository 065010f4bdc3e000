import { targets } from "./platform.ts";
import { findResidue } from "./residue.ts";
import type { Scene } from "./scene.ts";
import { look, type Sighting } from "./sighting.ts";
import { readTrail, trailFaults, type Trail } from "./trail.ts";

/** What every target has, and what is wrong with it. */
export interface Verdict {
  readonly sightings: readonly Sighting[];
  readonly trail: Trail;
  readonly faults: readonly string[];
}

/** Right behind the crash: whole releases only, old ones or new ones, and a store that opens and verifies. */
export async function judgeCrash(scene: Scene): Promise<Verdict> {
  const [sightings, trail] = await Promise.all([lookAtAll(scene), readTrail(scene)]);
  const faults = sightings.flatMap(wholeFaults);
  if (trail.broken !== undefined) faults.push(`the audit tree does not verify: ${trail.broken}`);
  return { sightings, trail, faults };
}

/** Behind the next run: everything is on these values, running, recorded and told, and nothing was left lying about. */
export async function judgeMended(scene: Scene, expected: number): Promise<Verdict> {
  const [sightings, trail, residue] = await Promise.all([lookAtAll(scene), readTrail(scene), findResidue(scene)]);
  const faults = [
    ...sightings.flatMap(wholeFaults),
    ...sightings.flatMap((sighting) => expectedFaults(sighting, expected)),
    ...trailFaults(trail),
    ...residue.map((path) => `a value is left in ${path}`),
  ];
  return { sightings, trail, faults };
}

function lookAtAll(scene: Scene): Promise<readonly Sighting[]> {
  return Promise.all(targets.map((target) => look(scene, target)));
}

function wholeFaults({ target, faults, processes }: Sighting): string[] {
  const running = processes.flatMap((process) => process.faults.map((fault) => `${process.unit}: ${fault}`));
  return [...faults.map((fault) => `${target.id}: ${fault}`), ...running];
}

function expectedFaults({ target, values, digest, recorded, processes }: Sighting, expected: number): string[] {
  return [
    ...(values === expected ? [] : [`${target.id} has values ${values}, and should have ${expected}`]),
    ...(digest === recorded ? [] : [`${target.id}: its record is of another file`]),
    ...processes
      .filter((process) => process.values !== expected)
      .map(({ unit, values: runs }) => `${unit} runs with values ${runs ?? "none"}, and should with ${expected}`),
  ];
}
