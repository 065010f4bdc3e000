interface Operation {
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** The words of JSON Schema that the server's document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** As /v1/openapi.json has it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const head = `// Written from the server's own document. After a change of the API:
// npx vitest run test/console/schema.test.ts --update`;

/** The types of everything that is sent and answered, as the console imports them. */
export function schemaText({ paths, components }: ApiDocument): string {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `  readonly ${name}: ${typeOf(schema)};`);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => `  readonly "${method.toUpperCase()} ${path}": ${routeOf(operation)};`,
    ),
  );
  return `${head}\n\n${block("Schemas", schemas)}\n${block("Routes", routes)}`;
}

function block(name: string, lines: readonly string[]): string {
  return `export interface ${name} {\n${lines.toSorted().join("\n")}\n}\n`;
}

function routeOf({ parameters = [], requestBody, responses }: Operation): string {
  const answered = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  return fields([
    ["params", parametersOf(parameters, "path")],
    ["query", parametersOf(parameters, "query")],
    ["body", contentOf(requestBody?.content)],
    ["answer", contentOf(answered?.content)],
  ]);
}

function parametersOf(parameters: NonNullable<Operation["parameters"]>, place: string): string {
  const there = parameters.filter((one) => one.in === place);
  return fields(there.map(({ name, required, schema }) => [required === true ? name : `${name}?`, typeOf(schema)]));
}

function contentOf(content: Content | undefined): string {
  const schema = content?.["application/json"]?.schema;
  return schema === undefined ? "undefined" : typeOf(schema);
}

function typeOf(schema: Schema): string {
  const { $ref, enum: words, oneOf, anyOf, allOf, type } = schema;
  if ($ref !== undefined) return `Schemas["${$ref.replace("#/components/schemas/", "")}"]`;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(" | ");
  const one = oneOf ?? anyOf;
  if (one !== undefined) return one.map((each) => typeOf(each)).join(" | ");
  if (allOf !== undefined) return allOf.map((each) => typeOf(each)).join(" & ");
  if (Array.isArray(type)) return type.map((each: string) => typeOf({ ...schema, type: each })).join(" | ");
  switch (type) {
    case "array":
      return `readonly (${schema.items === undefined ? "unknown" : typeOf(schema.items)})[]`;
    case "object":
      return objectOf(schema);
    case "integer":
      return "number";
    case "string":
    case "number":
    case "boolean":
    case "null":
      return type;
    case undefined:
    default:
      return "unknown";
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema): string {
  const known = Object.entries(properties).map(
    ([name, schema]) => [required.includes(name) ? name : `${name}?`, typeOf(schema)] as const,
  );
  if (typeof additionalProperties !== "object") return fields(known);
  const rest = known.length > 0 ? "unknown" : typeOf(additionalProperties);
  return fields([...known, ["[name: string]", rest]]);
}

function fields(list: readonly (readonly [string, string])[]): string {
  return list.length === 0 ? "object" : `{ ${list.map(([name, type]) => `readonly ${name}: ${type}`).join("; ")} }`;
}
