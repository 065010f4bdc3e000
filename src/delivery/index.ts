export { addressOf } from "./address.ts";
export {
  byRestart,
  changingRequests,
  hostRequests,
  isBesideOld,
  returnRequests,
  stagingRequests,
  sweepRequests,
  verifyRequests,
  type Attachment,
  type ChecksOf,
  type Delivery,
  type DeliveryContent,
  type InstanceChecks,
  type Planned,
  type Undo,
} from "./deliver.ts";
export { buildBundle, type Bundle, type BundleInput } from "./bundle.ts";
export { readFile, releaseVariable, renderDialect, renderFile } from "./render.ts";
