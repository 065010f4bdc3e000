export { readServerAddress, type ServerAddress } from "./address.ts";
export { openFarHome, type FarHomeOptions } from "./far-home.ts";
