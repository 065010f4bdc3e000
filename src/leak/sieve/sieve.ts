import { sieveCode } from "./sieve-code.ts";

/** Tells each place where a pattern may begin, from left to right, and few others. */
export type Sieve = (bytes: Uint8Array, tell: (start: number) => void) => void;

// where things lie in the memory: sieve.wat
const tablesAt = 0x28000;
const listAt = 0x30000;
const textAt = 0x100040;
const room = 64 * 1024;
/** what is read behind the text */
const slack = 128;

/** a pattern that begins in so many bytes at the end of a piece is found in the next one */
const overlap = 16;

/**
 * WebAssembly with SIMD over a memory of its own, through which the bytes go in pieces. Undefined where there is none (`node --jitless`, a
 * processor of before 2008), and where its memory has no room: it takes 10 GB of a process's addresses, one megabyte of what is real.
 */
export function sieveOf(patterns: Iterable<Uint8Array>): Sieve | undefined {
  const started = start();
  if (started === undefined) return undefined;
  const { memory, enter, look } = started;
  const begin = new Uint8Array(memory.buffer, textAt, 8);
  for (const pattern of patterns) {
    begin.set(pattern.subarray(0, 8));
    enter(textAt);
  }
  return through(started, look);
}

/** The same for texts that are too short to be patterns, of three bytes or more: told where the first three of one may stand. */
export function shortSieveOf(texts: readonly Uint8Array[]): Sieve | undefined {
  const started = start();
  if (started === undefined) return undefined;
  const tables = new Uint8Array(started.memory.buffer, tablesAt, 6 * 16);
  // those that begin alike in one group: it fits less of other texts
  for (const [index, text] of texts.toSorted((a, b) => Buffer.compare(a, b)).entries()) {
    const group = 1 << Math.floor((8 * index) / texts.length);
    for (const [place, byte] of text.subarray(0, 3).entries()) {
      for (const slot of [32 * place + (byte & 15), 32 * place + 16 + (byte >> 4)])
        tables[slot] = (tables[slot] ?? 0) | group;
    }
  }
  return through(started, started.lookForShort);
}

function through({ memory: { buffer }, list }: Started, look: Started["look"]): Sieve {
  const text = new Uint8Array(buffer, textAt, room + slack);
  const found = new Int32Array(buffer, listAt, room + slack);
  return (bytes, tell) => {
    for (let from = 0; ; from += room - overlap) {
      const length = Math.min(room, bytes.length - from);
      const isLast = from + length === bytes.length;
      text.set(bytes.subarray(from, from + length));
      text.fill(0, length, length + slack);
      look(textAt, textAt + length);
      const until = isLast ? length : length - overlap;
      const count = list(textAt + until);
      for (let index = 0; index < count; index += 1) {
        const start = found[index] ?? 0;
        // what is listed goes up to a full word of bits
        if (start < until) tell(from + start);
      }
      if (isLast) return;
    }
  };
}

interface Started {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly enter: (at: number) => void;
  readonly look: (at: number, end: number) => void;
  readonly lookForShort: (at: number, end: number) => void;
  /** what was found before a place */
  readonly list: (end: number) => number;
}

/** Of what every Node brings, as much as is used here: its types have none of it. */
interface Assembly {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

function start(): Started | undefined {
  const { WebAssembly: assembly } = globalThis as unknown as { readonly WebAssembly?: Assembly };
  if (assembly === undefined) return undefined;
  try {
    const module = new assembly.Module(Buffer.from(sieveCode, "base64"));
    return new assembly.Instance(module).exports as Started;
  } catch (error) {
    // no room for the memory, or no SIMD
    if (error instanceof RangeError || (error instanceof Error && error.name === "CompileError")) return undefined;
    throw error;
  }
}
