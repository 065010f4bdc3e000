/** A part of a whole run has hosts of its own, which carry the same names and addresses: see `parts.ts`. */
export const partVariable = "LAB_PART";
const part = process.env[partVariable];
export const isPart = part !== undefined;

/** Its control group, and its folder. */
export const labName = isPart ? `keyturn-lab-${part}` : "keyturn-lab";

/** Everything that the lab leaves on the machine while it is up lies under this folder, outside the checkout. */
export const stateFolder = `/var/tmp/${labName}`;

export const place = {
  /** trees that hosts are layered on; kept between runs, and the same for every part */
  bases: "/var/tmp/keyturn-lab/base",
  /** for whoever plays with the hosts by hand */
  home: `${stateFolder}/home`,
  claim: `${stateFolder}/claim.json`,
  /** what a limit of the kernel was before it was raised */
  limit: `${stateFolder}/inotify-instances`,
  /** one folder per host: its layer, its mount point, its console's log, its process ids */
  hosts: `${stateFolder}/hosts`,
  code: `${stateFolder}/voxbridge.git`,
  tree: `${stateFolder}/voxbridge`,
  ssh: `${stateFolder}/ssh`,
  sshConfig: `${stateFolder}/ssh/config`,
  knownHosts: `${stateFolder}/ssh/known_hosts`,
  deployKey: `${stateFolder}/ssh/deploy`,
  bootstrapKey: `${stateFolder}/ssh/bootstrap`,
} as const;
