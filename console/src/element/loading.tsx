/** Grey lines in the place of what is to come. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div role="status" className="grid gap-2.5">
      <p className="text-sm text-quiet">{what}</p>
      {["w-full", "w-5/6", "w-11/12", "w-3/4"].map((width) => (
        <div key={width} aria-hidden className={`h-8 animate-pulse rounded bg-raised ${width}`} />
      ))}
    </div>
  );
}
