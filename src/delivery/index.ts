export { addressOf } from "./address.ts";
export {
  hostRequests,
  returnRequests,
  sweepRequests,
  verifyRequests,
  type Attachment,
  type Delivery,
  type DeliveryContent,
  type InstanceChecks,
  type Undo,
} from "./deliver.ts";
export { buildBundle, type Bundle, type BundleInput } from "./bundle.ts";
export { readFile, releaseVariable, renderDialect, renderFile } from "./render.ts";
