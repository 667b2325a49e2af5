/** The parts of a JSON Schema that are shown. */
export interface Schema {
  type?: string | string[];
  description?: string;
  enum?: string[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** A table of an object's fields, and of those within them. */
export function renderFields(schema: Schema): string {
  const rows = fieldsOf(schema).map(
    ({ name, schema: field, isRequired }) =>
      `<tr><td><code>${escape(name)}</code>${isRequired ? '' : ' <i>optional</i>'}</td><td>${escape(kindOf(field))}</td><td>${escape(field.description ?? '')}</td></tr>`,
  );
  return `<div class="scrolled" tabindex="0"><table>
              <thead><tr><th>Field</th><th>Type</th><th>What it is</th></tr></thead>
              <tbody>${rows.join('\n              ')}</tbody>
            </table></div>`;
}

function fieldsOf({ properties = {}, required = [] }: Schema, within = ''): Field[] {
  return alike(properties).flatMap(({ names, schema }) => {
    const name = within + names.join(', ');
    const field = { name, schema, isRequired: names.every((one) => required.includes(one)) };
    if (schema.items?.properties) return [field, ...fieldsOf(schema.items, `${name}[].`)];
    return schema.properties ? [field, ...fieldsOf(schema, `${name}.`)] : [field];
  });
}

/** Fields that are described in the same words stand together. */
function alike(properties: Record<string, Schema>) {
  const groups = new Map<string, { names: string[]; schema: Schema }>();
  for (const [name, schema] of Object.entries(properties)) {
    const key = schema.description === undefined ? name : JSON.stringify(schema);
    const group = groups.get(key) ?? { names: [], schema };
    groups.set(key, { ...group, names: [...group.names, name] });
  }
  return [...groups.values()];
}

function kindOf({ type, format, enum: choices }: Schema): string {
  const kinds = [
    [type ?? []].flat().join(' or '),
    format,
    choices?.map((choice) => JSON.stringify(choice)).join(' or '),
  ];
  return kinds.filter(Boolean).join(', ');
}

/** Text, as it stands in HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
