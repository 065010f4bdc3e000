export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <svg aria-hidden viewBox="0 0 32 32" className="size-6 rounded-md bg-accent text-on-accent">
        <g fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round">
          <circle cx="11.5" cy="16" r="4.5" />
          <path d="M16 16h9.5M22 16v4.5" />
        </g>
      </svg>
      Keyturn
    </span>
  );
}
