import { helperSuite } from "./helper-suite.ts";

helperSuite("sh");
