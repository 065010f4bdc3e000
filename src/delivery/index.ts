export { addressOf, instancesOf, targetId, unitName } from "./address.ts";
export {
  hostRequests,
  returnRequests,
  sweepRequests,
  type Delivery,
  type DeliveryContent,
  type InstanceChecks,
} from "./deliver.ts";
export { buildBundle, type Bundle, type BundleInput } from "./bundle.ts";
export { releaseVariable, renderDialect, renderFile } from "./render.ts";
