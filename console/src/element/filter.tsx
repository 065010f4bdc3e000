interface FilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

export function Filter({ label, value, onChange }: FilterProps) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="min-h-9 w-full max-w-sm rounded-md border border-edge bg-panel px-2.5 text-sm"
    />
  );
}
