import type { Sensitive } from "#kernel";
import type { ContainerAddress } from "../address.ts";
import { labelsOf, type Mark } from "./label.ts";

/**
 * What a container is made from: its address, these variables and nothing else of ours, and who made it for what. The
 * environment is NUL-separated, and text: JSON takes no other bytes.
 */
export function createBody(address: ContainerAddress, environment: Sensitive, mark: Mark): unknown {
  const { image, network, memory, cpus, volumes, command, stop } = address;
  return {
    Image: image,
    Env: entriesOf(environment),
    // those of the manifest pass for none of ours
    Labels: { ...address.labels, ...labelsOf(mark) },
    StopTimeout: seconds(stop),
    ...(command === undefined ? {} : { Cmd: command }),
    HostConfig: {
      // its own comes when it has proved itself
      RestartPolicy: { Name: "no" },
      Binds: volumes,
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...(memory === undefined ? {} : { Memory: memory }),
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    },
  };
}

/** `NAME=value`, one after the other. */
export function entriesOf(environment: Sensitive): readonly string[] {
  return environment
    .reveal()
    .toString("utf8")
    .split("\0")
    .filter((entry) => entry !== "");
}

/** The engine counts whole ones. */
export function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
