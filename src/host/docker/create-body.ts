import type { Sensitive } from "#kernel";
import type { ContainerAddress } from "../host.ts";
import { labelsOf, type Mark } from "./label.ts";

export interface Variable {
  readonly name: string;
  readonly value: Sensitive;
}

/** What a container is made from: its address, these variables and nothing else of ours, and who made it for what. */
export function createBody(address: ContainerAddress, variables: readonly Variable[], mark: Mark): unknown {
  const { image, network, memory, cpus, volumes, command, stop } = address;
  return {
    Image: image,
    Env: variables.map(({ name, value }) => `${name}=${value.reveal().toString("utf8")}`),
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

/** The engine counts whole ones. */
export function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
