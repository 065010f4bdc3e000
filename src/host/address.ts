/** Where one service lives on one host: everything a machine must know of it, nothing it must not. */
export interface TargetAddress {
  /** `service@host` */
  readonly id: string;
  readonly service: string;
  readonly runtime: RuntimeAddress;
}

export type RuntimeAddress =
  | { readonly kind: "systemd"; readonly file: FileAddress; readonly instances: readonly UnitAddress[] }
  | {
      readonly kind: "compose";
      readonly file: FileAddress;
      /** folder of the project on the host */
      readonly project: string;
      /** within that folder */
      readonly composeFile: string;
      readonly instances: readonly UnitAddress[];
    }
  | { readonly kind: "site"; readonly path: string; readonly owner: string; readonly group: string }
  | {
      readonly kind: "process";
      readonly command: readonly string[];
      readonly directory: string;
      readonly instances: readonly (UnitAddress & { readonly environment: Readonly<Record<string, string>> })[];
    }
  | ContainerAddress;

/** A container that Keyturn makes itself, with its environment in the call that creates it: there is no file. */
export interface ContainerAddress {
  readonly kind: "docker";
  /** its name; while one follows another they are `NAME.next` and `NAME.previous` */
  readonly container: string;
  readonly image: string;
  /** something it has can't be shared, a port or a volume: the old one is stopped before the new one starts */
  readonly exclusive: boolean;
  /** where it listens */
  readonly port?: number;
  readonly network?: string;
  /** bytes */
  readonly memory?: number;
  readonly cpus?: number;
  readonly restart: "no" | "on-failure" | "always" | "unless-stopped";
  /** `name:/path` or `name:/path:ro` */
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** instead of the image's own */
  readonly command?: readonly string[];
  /** milliseconds that it has to end by itself */
  readonly stop: number;
  /** one, without a name; its unit is the container */
  readonly instances: readonly UnitAddress[];
}

export interface FileAddress {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

/** `instance` is the name in the manifest (empty for the only one); `unit` the systemd unit or compose service. */
export interface UnitAddress {
  readonly instance: string;
  readonly unit: string;
}
