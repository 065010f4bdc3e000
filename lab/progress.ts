/** Tells what goes on, one plain line each, with the seconds since the start. */
export type Tell = (line: string) => void;

export function makeTell(): Tell {
  const start = performance.now();
  return (line) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${seconds.padStart(6)}s  ${line}\n`);
  };
}
