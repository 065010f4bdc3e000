/**
 * How code and configuration write a variable's name: `DEEPGRAM_API_KEY`, `deepgram_api_key`, `deepgram-api-key`, `deepgramApiKey`,
 * `DeepgramApiKey`. A name of one word is a word of any text: only its own spelling is looked for.
 */
export function spellings(name: string): readonly string[] {
  const words = name.toLowerCase().split("_");
  if (words.length < 2 || name.length < 8) return [name];
  const [first = "", ...rest] = words;
  const capitals = words.map(capital).join("");
  return [...new Set([name, words.join("_"), words.join("-"), first + rest.map(capital).join(""), capitals])];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
