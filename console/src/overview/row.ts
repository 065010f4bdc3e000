import type { Schemas } from "../api/schema.ts";

export type Row = Schemas["Status"]["rows"][number];
export type Drifted = Schemas["Drift"]["drift"][number];
