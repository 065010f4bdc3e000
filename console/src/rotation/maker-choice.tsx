interface MakerChoiceProps {
  readonly given: boolean;
  readonly onChoose: (given: boolean) => void;
}

const makers = [
  { given: false, text: "It is made: by the manifest's issuer, or at random by the contract's rule. Nobody sees it." },
  { given: true, text: "I have it: a person made it." },
] as const;

/** Who makes the new value: another plan, with other things to know before. */
export function MakerChoice({ given, onChoose }: MakerChoiceProps) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">The new value</legend>
      {makers.map((maker) => (
        <label key={maker.text} className="flex items-start gap-2 text-sm">
          <input
            type="radio"
            name="maker"
            checked={maker.given === given}
            onChange={() => onChoose(maker.given)}
            className="mt-0.5 size-4 accent-accent"
          />
          {maker.text}
        </label>
      ))}
    </fieldset>
  );
}
